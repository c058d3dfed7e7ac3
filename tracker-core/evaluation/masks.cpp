// SPDX-License-Identifier: LGPL-2.1-or-later
#include "evaluation/masks.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "evaluation/overlap.h"

namespace siamtrack::evaluation {
namespace {

constexpr double kTolerance = 0.008;       // of the image diagonal, DAVIS
const cv::Scalar kFirstObject(0, 0, 128);  // BGR of index 1 in PASCAL VOC's palette, as in DAVIS

/// Pixels that differ from the pixel to the right, below, or below right (DAVIS seg2bmap).
cv::Mat boundary(const cv::Mat& mask) {
  const cv::Mat inside = mask != 0;
  cv::Mat padded, result;
  cv::copyMakeBorder(inside, padded, 0, 1, 0, 1, cv::BORDER_REPLICATE);
  const cv::Rect own(0, 0, mask.cols, mask.rows);
  const cv::Mat right = padded(own + cv::Point(1, 0));
  const cv::Mat below = padded(own + cv::Point(0, 1));
  const cv::Mat both = padded(own + cv::Point(1, 1));
  result = (inside ^ right) | (inside ^ below) | (inside ^ both);
  result.at<uchar>(mask.rows - 1, mask.cols - 1) = 0;
  return result;
}

cv::Mat grown(const cv::Mat& pixels, int radius) {
  cv::Mat disk(2 * radius + 1, 2 * radius + 1, CV_8UC1);
  for (int y = -radius; y <= radius; ++y) {
    for (int x = -radius; x <= radius; ++x) {
      disk.at<uchar>(y + radius, x + radius) = x * x + y * y <= radius * radius ? 1 : 0;
    }
  }
  cv::Mat result;
  cv::dilate(pixels, result, disk);
  return result;
}

double mean_between(const std::vector<double>& values, std::size_t begin, std::size_t end) {
  double sum = 0;
  for (std::size_t i = begin; i < end; ++i) sum += values[i];
  return end > begin ? sum / static_cast<double>(end - begin) : 0;
}

}  // namespace

cv::Mat read_mask(const std::string& file) {
  const cv::Mat picture = cv::imread(file, cv::IMREAD_COLOR);
  if (picture.empty()) return {};
  std::vector<cv::Mat> bgr;
  cv::split(picture, bgr);
  const bool coloured = cv::countNonZero((bgr[0] != bgr[1]) | (bgr[1] != bgr[2])) > 0;
  if (!coloured) return bgr[0] != 0;
  cv::Mat first;
  cv::inRange(picture, kFirstObject, kFirstObject, first);
  return first;
}

double region_similarity(const cv::Mat& truth, const cv::Mat& result) {
  const int any = cv::countNonZero(truth | result);
  return any == 0 ? 1.0 : static_cast<double>(cv::countNonZero((truth != 0) & (result != 0))) / any;
}

double contour_accuracy(const cv::Mat& truth, const cv::Mat& result) {
  const cv::Mat expected = boundary(truth), found = boundary(result);
  const int expected_count = cv::countNonZero(expected), found_count = cv::countNonZero(found);
  if (expected_count == 0 && found_count == 0) return 1;
  if (expected_count == 0 || found_count == 0) return 0;
  const int radius = static_cast<int>(std::ceil(kTolerance * std::hypot(truth.cols, truth.rows)));
  const double precision =
      static_cast<double>(cv::countNonZero(found & grown(expected, radius))) / found_count;
  const double recall =
      static_cast<double>(cv::countNonZero(expected & grown(found, radius))) / expected_count;
  return precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0;
}

MaskStatistics mask_statistics(const std::vector<double>& values) {
  if (values.size() <= 2) return {};
  const std::vector<double> inner(values.begin() + 1, values.end() - 1);
  const std::size_t n = inner.size();
  MaskStatistics statistics;
  statistics.mean = mean_between(inner, 0, n);
  statistics.recall = static_cast<double>(std::count_if(inner.begin(), inner.end(),
                                                        [](double v) { return v > 0.5; })) /
                      static_cast<double>(n);
  // Quarters as DAVIS cuts them: ends of linspace(1, n, 5) rounded.
  const auto cut = [&](int k) {
    return static_cast<std::size_t>(
               std::floor(1 + static_cast<double>(n - 1) * k / 4 + 1e-10 + 0.5)) -
           1;
  };
  statistics.decay =
      mean_between(inner, cut(0), std::min(cut(1) + 1, n)) - mean_between(inner, cut(3), n);
  return statistics;
}

cv::Mat draw_mask(const Region& region, cv::Size frame) {
  cv::Mat picture = cv::Mat::zeros(frame, CV_8UC1);
  if (const auto* mask = std::get_if<Mask>(&region)) {
    const cv::Rect place(mask->x, mask->y, mask->size.width, mask->size.height);
    const cv::Rect inside = place & cv::Rect({0, 0}, frame);
    if (inside.empty()) return picture;
    const cv::Mat pixels(mask->size.height, mask->size.width, CV_8UC1,
                         const_cast<std::uint8_t*>(mask->pixels.data()));
    pixels(inside - place.tl()).copyTo(picture(inside));
    return picture;
  }
  if (!is_finite(bounding_box(region))) return picture;
  std::vector<cv::Point> corners;
  for (const auto& p : to_polygon(region).points) {
    corners.emplace_back(static_cast<int>(std::lround(p.x)), static_cast<int>(std::lround(p.y)));
  }
  cv::fillPoly(picture, std::vector<std::vector<cv::Point>>{corners}, cv::Scalar(255));
  return picture;
}

}  // namespace siamtrack::evaluation
