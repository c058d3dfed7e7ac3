// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace siamtrack {

/// Width and height in pixels.
struct Size {
  int width = 0;
  int height = 0;
  bool operator==(const Size&) const = default;
};

/// Axis-aligned box in frame pixels: left-top corner (0-based) and extent, all sub-pixel.
/// It covers [x, x + width) x [y, y + height).
struct Box {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;

  static constexpr Box from_centre(double cx, double cy, double width, double height) {
    return {cx - width / 2, cy - height / 2, width, height};
  }
  constexpr double centre_x() const { return x + width / 2; }
  constexpr double centre_y() const { return y + height / 2; }
  constexpr double area() const { return width * height; }
  bool operator==(const Box&) const = default;
};

/// Box turned by `angle` radians clockwise (y grows downwards) about its centre, frame pixels.
struct RotatedBox {
  double centre_x = 0;
  double centre_y = 0;
  double width = 0;
  double height = 0;
  double angle = 0;
};

/// Corners (x, y) in frame pixels: the one that is left-top at angle 0, then clockwise.
inline std::array<std::pair<double, double>, 4> corners(const RotatedBox& box) {
  const double cosine = std::cos(box.angle);
  const double sine = std::sin(box.angle);
  const auto corner = [&](double u, double v) {
    const double dx = u * box.width;
    const double dy = v * box.height;
    return std::pair{box.centre_x + cosine * dx - sine * dy,
                     box.centre_y + sine * dx + cosine * dy};
  };
  return {corner(-0.5, -0.5), corner(0.5, -0.5), corner(0.5, 0.5), corner(-0.5, 0.5)};
}

/// The part both boxes cover; zero extent when they do not meet.
constexpr Box intersection(const Box& a, const Box& b) {
  const double left = std::max(a.x, b.x);
  const double top = std::max(a.y, b.y);
  return {left, top, std::max(0.0, std::min(a.x + a.width, b.x + b.width) - left),
          std::max(0.0, std::min(a.y + a.height, b.y + b.height) - top)};
}

/// Intersection over union in [0, 1]; 0 when the union has no area.
constexpr double iou(const Box& a, const Box& b) {
  const double common = intersection(a, b).area();
  const double all = a.area() + b.area() - common;
  return all > 0 ? common / all : 0.0;
}

}  // namespace siamtrack
