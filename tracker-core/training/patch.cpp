// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/patch.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "geometry/search_region.h"

namespace siamtrack::training {

Box random_box(Size frame, const BoxLimits& limits, Random& random) {
  const double side = std::min(frame.width, frame.height) * random.uniform(limits.low, limits.high);
  const double aspect = std::exp(random.symmetric(std::log(limits.longest)));
  Box box;
  box.width = std::max(1.0, std::min(side * std::sqrt(aspect), frame.width - 1.0));
  box.height = std::max(1.0, std::min(side / std::sqrt(aspect), frame.height - 1.0));
  box.x = random.uniform(0, frame.width - box.width);
  box.y = random.uniform(0, frame.height - box.height);
  return box;
}

Box PatchView::to_patch(const Box& box) const {
  return Box::from_centre((box.centre_x() - centre_x) / step_x + side / 2.0,
                          (box.centre_y() - centre_y) / step_y + side / 2.0,
                          box.width / std::abs(step_x), box.height / step_y);
}

PatchView random_view(const Box& box, int exemplar_side, int side, const GeometryLimits& limits,
                      bool mirrored, Random& random) {
  const double step =
      context_side(box.width, box.height) / exemplar_side * (1 + random.symmetric(limits.scale));
  const double stretch = 1 + random.symmetric(limits.aspect);
  PatchView view;
  view.side = side;
  view.step_x = step * std::sqrt(stretch) * (mirrored ? -1 : 1);
  view.step_y = step / std::sqrt(stretch);
  if (limits.axes > 0) {
    view.step_x *= 1 + random.symmetric(limits.axes);
    view.step_y *= 1 + random.symmetric(limits.axes);
  }
  view.centre_x = box.centre_x() + random.symmetric(limits.shift) * std::abs(view.step_x);
  view.centre_y = box.centre_y() + random.symmetric(limits.shift) * view.step_y;
  return view;
}

cv::Mat cut(const cv::Mat& picture, const PatchView& view, const cv::Scalar& border) {
  // OpenCV's coordinates have pixel centres on whole numbers, hence the halves.
  const double middle = view.side / 2.0 - 0.5;
  const double x = view.centre_x - 0.5 - middle * view.step_x;
  const double y = view.centre_y - 0.5 - middle * view.step_y;
  const cv::Mat_<double> map = (cv::Mat_<double>(2, 3) << view.step_x, 0, x, 0, view.step_y, y);
  cv::Mat patch;
  cv::warpAffine(picture, patch, map, cv::Size(view.side, view.side),
                 cv::INTER_LINEAR | cv::WARP_INVERSE_MAP, cv::BORDER_CONSTANT, border);
  return patch;
}

}  // namespace siamtrack::training
