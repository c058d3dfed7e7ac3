// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/fit.h"

#include <algorithm>
#include <iterator>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "geometry/search_region.h"

namespace siamtrack::training {
namespace {

constexpr double kWorthCutting = 0.7;  // of the frame's area: above, the frame stays as it is
constexpr double kWorthScaling = 0.8;  // likewise for the scale

cv::Rect reach_of(const Box& box, const cv::Rect& frame) {
  const double side = kReach * context_side(box.width, box.height);
  const int left = static_cast<int>(box.centre_x() - side / 2);
  const int top = static_cast<int>(box.centre_y() - side / 2);
  return cv::Rect(left, top, static_cast<int>(side) + 1, static_cast<int>(side) + 1) & frame;
}

double median_context(std::span<const Box> boxes) {
  std::vector<double> sides;
  for (const Box& box : boxes) sides.push_back(context_side(box.width, box.height));
  const auto middle = sides.begin() + std::ssize(sides) / 2;
  std::nth_element(sides.begin(), middle, sides.end());
  return *middle;
}

}  // namespace

Fit fit_frame(Size size, std::span<const Box> boxes) {
  const cv::Rect frame(0, 0, size.width, size.height);
  Fit fit{frame, 1, true};
  if (boxes.empty()) {
    fit.scale = std::min(1.0, kStoredSide / std::max(size.width, size.height));
  } else {
    fit.region = reach_of(boxes.front(), frame);
    for (const Box& box : boxes) fit.region |= reach_of(box, frame);
    if (fit.region.area() > kWorthCutting * frame.area()) fit.region = frame;
    fit.scale = std::min(1.0, kStoredContext / median_context(boxes));
  }
  if (fit.scale > kWorthScaling) fit.scale = 1;
  fit.whole = fit.region == frame && fit.scale == 1;
  return fit;
}

cv::Size Fit::stored() const {
  return {std::max(1, cvRound(region.width * scale)), std::max(1, cvRound(region.height * scale))};
}

Box Fit::apply(const Box& box) const {
  // By whole pixels: the scale alone would be up to half a pixel off at the far edges.
  const double x = static_cast<double>(stored().width) / region.width;
  const double y = static_cast<double>(stored().height) / region.height;
  return {(box.x - region.x) * x, (box.y - region.y) * y, box.width * x, box.height * y};
}

cv::Mat Fit::apply(const cv::Mat& picture, int interpolation) const {
  cv::Mat kept;
  cv::resize(picture(region), kept, stored(), 0, 0, interpolation);
  return kept;
}

}  // namespace siamtrack::training
