// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/compose.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace siamtrack::training {
namespace {

constexpr double kEdge = 0.8;  // deviation of the blur that softens the outline, px
constexpr double kMargin = 3;  // px around the box, room for the soft edge

/// Where the corners of the sprite's solid pixels come to lie.
Box moved_box(const Sprite& sprite, const cv::Mat_<double>& map) {
  const cv::Mat solid = sprite.opacity > kSolid;
  std::vector<cv::Point> points;
  cv::findNonZero(solid, points);
  if (points.empty()) return {};
  double left = 1e9, top = 1e9, right = -1e9, bottom = -1e9;
  std::vector<cv::Point> hull;
  cv::convexHull(points, hull);
  for (const cv::Point& p : hull) {
    const double x = map(0, 0) * p.x + map(0, 1) * p.y + map(0, 2) + 0.5;
    const double y = map(1, 0) * p.x + map(1, 1) * p.y + map(1, 2) + 0.5;
    left = std::min(left, x);
    right = std::max(right, x);
    top = std::min(top, y);
    bottom = std::max(bottom, y);
  }
  const double pixel = std::hypot(map(0, 0), map(1, 0));  // hull points are pixel centres
  return {left - pixel / 2, top - pixel / 2, right - left + pixel, bottom - top + pixel};
}

}  // namespace

Sprite cut_out(const Cache& cache, const Cutout& cutout) {
  const cv::Mat picture = cache.picture(cutout.frame->picture);
  const cv::Mat mask = cache.mask(cutout.mask);
  const Box& box = cutout.box;
  const cv::Rect wanted(static_cast<int>(box.x - kMargin), static_cast<int>(box.y - kMargin),
                        static_cast<int>(std::ceil(box.width + 2 * kMargin)),
                        static_cast<int>(std::ceil(box.height + 2 * kMargin)));
  const cv::Rect place = wanted & cv::Rect(0, 0, picture.cols, picture.rows);
  Sprite sprite;
  sprite.pixels = picture(place).clone();
  mask(place).convertTo(sprite.opacity, CV_32F, 1.0 / 255);
  cv::GaussianBlur(sprite.opacity, sprite.opacity, cv::Size(), kEdge);
  return sprite;
}

Pasted paste(cv::Mat& scene, const Sprite& sprite, double x, double y, double scale, double angle) {
  const double c = scale * std::cos(angle), s = scale * std::sin(angle);
  const double middle_x = (sprite.pixels.cols - 1) / 2.0, middle_y = (sprite.pixels.rows - 1) / 2.0;
  const cv::Mat_<double> map =
      (cv::Mat_<double>(2, 3) << c, -s, x - 0.5 - c * middle_x + s * middle_y, s, c,
       y - 0.5 - s * middle_x - c * middle_y);
  cv::Mat pixels, opacity;
  cv::warpAffine(sprite.pixels, pixels, map, scene.size(), cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  cv::warpAffine(sprite.opacity, opacity, map, scene.size(), cv::INTER_LINEAR);
  for (int row = 0; row < scene.rows; ++row) {
    cv::Vec3b* to = scene.ptr<cv::Vec3b>(row);
    const cv::Vec3b* from = pixels.ptr<cv::Vec3b>(row);
    const float* alpha = opacity.ptr<float>(row);
    for (int col = 0; col < scene.cols; ++col) {
      if (alpha[col] <= 0) continue;
      for (int k = 0; k < 3; ++k) {
        const float below = to[col][k];
        const float above = from[col][k];
        to[col][k] = cv::saturate_cast<std::uint8_t>(below + alpha[col] * (above - below));
      }
    }
  }
  return {moved_box(sprite, map), opacity};
}

}  // namespace siamtrack::training
