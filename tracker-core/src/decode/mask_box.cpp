// SPDX-License-Identifier: LGPL-2.1-or-later
#include "decode/mask_box.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace siamtrack {
namespace {

constexpr double kSmallestContour = 100;  // px^2, SiamMask tools/test.py
constexpr double kRadians = std::numbers::pi / 180;

using Contour = std::vector<cv::Point>;

cv::Mat pixels_of(const Mask& mask) {
  return {mask.size.height, mask.size.width, CV_8U,
          const_cast<std::uint8_t*>(mask.pixels.data())};  // only read
}

/// Outline of the largest connected part, frame pixels; empty when it is too small.
Contour largest_contour(const Mask& mask) {
  std::vector<Contour> contours;
  cv::findContours(pixels_of(mask), contours, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_NONE,
                   {mask.x, mask.y});
  const auto area = [](const Contour& contour) { return cv::contourArea(contour); };
  const auto largest = std::ranges::max_element(contours, {}, area);
  if (largest == contours.end() || area(*largest) <= kSmallestContour) return {};
  return *largest;
}

RotatedBox from_degrees(cv::Point2d centre, cv::Size2d size, double angle) {
  return {centre.x, centre.y, size.width, size.height, angle * kRadians};
}

/// Upright bounds in the frame that was turned about the ellipse's centre.
struct Bounds {
  double left, top, right, bottom;

  double width() const { return right - left; }
  double height() const { return bottom - top; }
  bool holds(cv::Point p) const {
    return p.x >= left && p.x <= right && p.y >= top && p.y <= bottom;
  }
};

cv::Point2d turned(const cv::Matx23d& turn, cv::Point2d point) {
  return turn * cv::Vec3d(point.x, point.y, 1);
}

Bounds bounds_of(const cv::RotatedRect& ellipse, const cv::Matx23d& turn) {
  std::array<cv::Point2f, 4> corners;
  ellipse.points(corners.data());
  constexpr double kFar = std::numeric_limits<double>::max();
  Bounds bounds{kFar, kFar, -kFar, -kFar};
  for (const cv::Point2f& corner : corners) {
    const cv::Point2d p = turned(turn, corner);
    bounds = {std::min(bounds.left, p.x), std::min(bounds.top, p.y), std::max(bounds.right, p.x),
              std::max(bounds.bottom, p.y)};
  }
  return bounds;
}

/// The part of the ellipse's bounds that the contour fills, inside of the frame.
Bounds filled_part(const Bounds& ellipse, const Contour& contour, const cv::Matx23d& turn,
                   Size frame) {
  Contour inside;
  for (const cv::Point& point : contour) {
    const cv::Point2d p = turned(turn, point);
    const cv::Point whole(static_cast<int>(p.x), static_cast<int>(p.y));
    if (ellipse.holds(whole)) inside.push_back(whole);
  }
  const cv::Rect filled = cv::boundingRect(inside);
  return {std::max({ellipse.left, static_cast<double>(filled.x), 0.0}),
          std::max({ellipse.top, static_cast<double>(filled.y), 0.0}),
          std::min({ellipse.right, static_cast<double>(filled.br().x), double(frame.width)}),
          std::min({ellipse.bottom, static_cast<double>(filled.br().y), double(frame.height)})};
}

/// The mask in the turned frame, around `bounds`.
class TurnedMask {
 public:
  TurnedMask(const Mask& mask, const cv::Matx23d& turn, const Bounds& bounds)
      : origin_(static_cast<int>(bounds.left), static_cast<int>(bounds.top)) {
    cv::Matx23d placed = turn;
    const cv::Point2d corner = turned(turn, {double(mask.x), double(mask.y)});
    placed(0, 2) = corner.x - origin_.x;
    placed(1, 2) = corner.y - origin_.y;
    const cv::Size size(static_cast<int>(bounds.right) + 1 - origin_.x,
                        static_cast<int>(bounds.bottom) + 1 - origin_.y);
    cv::warpAffine(pixels_of(mask), pixels_, placed, size);
    cv::threshold(pixels_, pixels_, kHalf, 1, cv::THRESH_BINARY);
  }

  /// Number of set pixels in column x of the bounds, or in row y.
  int in_column(double x, const Bounds& b) const {
    return count(cv::Rect(cv::Point(int(x), int(b.top)), cv::Point(int(x) + 1, int(b.bottom))));
  }
  int in_row(double y, const Bounds& b) const {
    return count(cv::Rect(cv::Point(int(b.left), int(y)), cv::Point(int(b.right), int(y) + 1)));
  }

 private:
  static constexpr double kHalf = 127;

  int count(const cv::Rect& place) const {
    const cv::Rect all({}, pixels_.size());
    return cv::countNonZero(pixels_((place - origin_) & all));
  }

  cv::Point origin_;
  cv::Mat pixels_;
};

/// Moves one side after another inwards, 2 % of the extent a step, while too little of it is set.
Bounds shrunk(Bounds b, const TurnedMask& mask, double share) {
  constexpr double kStep = 0.02;
  const auto thin_column = [&](double x) { return mask.in_column(x, b) < share * b.height(); };
  const auto thin_row = [&](double y) { return mask.in_row(y, b) < share * b.width(); };
  while (b.width() >= 1 && thin_column(b.left)) b.left += kStep * b.width();
  while (b.width() >= 1 && thin_column(b.right)) b.right -= kStep * b.width();
  while (b.height() >= 1 && thin_row(b.top)) b.top += kStep * b.height();
  while (b.height() >= 1 && thin_row(b.bottom)) b.bottom -= kStep * b.height();
  return b;
}

}  // namespace

std::optional<RotatedBox> smallest_box(const Mask& mask) {
  const Contour contour = largest_contour(mask);
  if (contour.empty()) return std::nullopt;
  const cv::RotatedRect box = cv::minAreaRect(contour);
  return from_degrees(box.center, box.size, box.angle);
}

std::optional<RotatedBox> ellipse_box(const Mask& mask, double edge_share, Size frame) {
  constexpr std::size_t kLeastPoints = 5;  // cv::fitEllipse
  const Contour contour = largest_contour(mask);
  if (contour.size() < kLeastPoints) return std::nullopt;
  const cv::RotatedRect ellipse = cv::fitEllipse(contour);
  const cv::Matx23d turn = cv::getRotationMatrix2D(ellipse.center, ellipse.angle, 1);
  const Bounds part = filled_part(bounds_of(ellipse, turn), contour, turn, frame);
  if (!(part.width() >= 1 && part.height() >= 1)) return std::nullopt;
  const Bounds b = shrunk(part, TurnedMask(mask, turn, part), edge_share);
  cv::Matx23d back;
  cv::invertAffineTransform(turn, back);
  return from_degrees(turned(back, {(b.left + b.right) / 2, (b.top + b.bottom) / 2}),
                      {b.width(), b.height()}, ellipse.angle);
}

}  // namespace siamtrack
