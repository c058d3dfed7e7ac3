// SPDX-License-Identifier: LGPL-2.1-or-later
#include "evaluation/region.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "evaluation/text.h"
#include "siamtrack/error.h"

namespace siamtrack::evaluation {
namespace {

constexpr std::uint8_t kInside = 255;
constexpr double kMaxMaskPixels = 1 << 28;  // a 16k x 16k frame; anything larger is a broken file

[[noreturn]] void fail(std::string_view text) {
  throw Error(ErrorCode::kIo,
              "expected a region (1, 4, or 6 and more numbers, or a mask), found '" +
                  std::string(text.substr(0, 80)) + "'");
}

/// Left, top, width, height and run lengths, zeros first; pixels after the last run are outside.
Mask mask_of(const std::vector<double>& numbers, std::string_view text) {
  if (numbers.size() < 4 || !(numbers[2] >= 0) || !(numbers[3] >= 0) ||
      numbers[2] * numbers[3] > kMaxMaskPixels) {
    fail(text);
  }
  Mask mask;
  mask.x = static_cast<int>(numbers[0]);
  mask.y = static_cast<int>(numbers[1]);
  mask.size = {static_cast<int>(numbers[2]), static_cast<int>(numbers[3])};
  mask.pixels.assign(static_cast<std::size_t>(mask.size.width) * mask.size.height, 0);
  std::size_t at = 0;
  for (std::size_t run = 4; run < numbers.size(); ++run) {
    const auto left = static_cast<double>(mask.pixels.size() - at);
    const auto length = static_cast<std::size_t>(std::clamp(numbers[run], 0.0, left));
    if (run % 2 == 1) std::fill_n(mask.pixels.data() + at, length, kInside);
    at += length;
  }
  return mask;
}

std::string format_mask(const Mask& mask) {
  std::string text = "m" + std::to_string(mask.x) + "," + std::to_string(mask.y) + "," +
                     std::to_string(mask.size.width) + "," + std::to_string(mask.size.height);
  std::size_t run = 0;
  bool inside = false;
  for (const std::uint8_t pixel : mask.pixels) {
    if ((pixel != 0) != inside) {
      text += "," + std::to_string(run);
      run = 0;
      inside = !inside;
    }
    ++run;
  }
  return text + "," + std::to_string(run);
}

Box box_of(const Mask& mask) {
  int left = mask.size.width, right = -1, top = mask.size.height, bottom = -1;
  for (int y = 0; y < mask.size.height; ++y) {
    for (int x = 0; x < mask.size.width; ++x) {
      if (mask.pixels[static_cast<std::size_t>(y) * mask.size.width + x] == 0) continue;
      left = std::min(left, x);
      right = std::max(right, x);
      top = std::min(top, y);
      bottom = y;
    }
  }
  if (right < 0) return no_box();
  return {double(mask.x + left), double(mask.y + top), double(right - left + 1),
          double(bottom - top + 1)};
}

Box box_of(const Polygon& polygon) {
  const auto [x0, x1] = std::minmax_element(polygon.points.begin(), polygon.points.end(),
                                            [](auto& a, auto& b) { return a.x < b.x; });
  const auto [y0, y1] = std::minmax_element(polygon.points.begin(), polygon.points.end(),
                                            [](auto& a, auto& b) { return a.y < b.y; });
  return {x0->x, y0->y, x1->x - x0->x, y1->y - y0->y};
}

std::string join(const std::vector<double>& numbers, int decimals) {
  std::string text;
  for (const double number : numbers) {
    if (!text.empty()) text += ",";
    text += fixed(number, decimals);
  }
  return text;
}

}  // namespace

Box no_box() {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  return {kNan, kNan, kNan, kNan};
}

bool is_finite(const Box& box) {
  return std::isfinite(box.x) && std::isfinite(box.y) && std::isfinite(box.width) &&
         std::isfinite(box.height);
}

bool is_valid(const Box& box) { return is_finite(box) && box.width > 0 && box.height > 0; }

Region parse_region(std::string_view text) {
  std::string_view body = text;
  const auto drop = [&](std::string_view prefix) {
    const bool found = body.starts_with(prefix);
    if (found) body.remove_prefix(prefix.size());
    return found;
  };
  const bool mask = drop("mask:") || drop("m");
  if (!mask && !drop("rectangle:")) drop("polygon:");
  const auto numbers = parse_numbers(body);
  if (!numbers || numbers->empty()) fail(text);
  const auto& n = *numbers;
  if (std::any_of(n.begin(), n.end(), [](double v) { return !std::isfinite(v); }))
    return Special{0};
  if (mask) return mask_of(n, text);
  if (n.size() == 1) return Special{static_cast<int>(n[0])};
  if (n.size() == 4) return Box{n[0], n[1], n[2], n[3]};
  if (n.size() < 6 || n.size() % 2 != 0) fail(text);
  Polygon polygon;
  for (std::size_t i = 0; i < n.size(); i += 2) polygon.points.emplace_back(n[i], n[i + 1]);
  return polygon;
}

std::string format_region(const Region& region, int decimals) {
  if (const auto* special = std::get_if<Special>(&region)) return std::to_string(special->code);
  if (const auto* mask = std::get_if<Mask>(&region)) return format_mask(*mask);
  if (const auto* box = std::get_if<Box>(&region)) {
    return join({box->x, box->y, box->width, box->height}, decimals);
  }
  std::vector<double> numbers;
  for (const auto& point : std::get<Polygon>(region).points) {
    numbers.insert(numbers.end(), {point.x, point.y});
  }
  return join(numbers, decimals);
}

Box bounding_box(const Region& region) {
  if (const auto* box = std::get_if<Box>(&region)) return *box;
  if (const auto* polygon = std::get_if<Polygon>(&region)) return box_of(*polygon);
  if (const auto* mask = std::get_if<Mask>(&region)) return box_of(*mask);
  return no_box();
}

Box area_matched_box(const Region& region) {
  const auto* polygon = std::get_if<Polygon>(&region);
  if (polygon == nullptr || polygon->points.size() != 4) return bounding_box(region);
  const auto& p = polygon->points;
  const cv::Point2d centre = (p[0] + p[1] + p[2] + p[3]) / 4.0;
  const Box outer = bounding_box(region);
  const double area = cv::norm(p[0] - p[1]) * cv::norm(p[1] - p[2]);
  const double scale = std::sqrt(area / outer.area());
  return Box::from_centre(centre.x, centre.y, scale * outer.width + 1, scale * outer.height + 1);
}

Polygon corners_of(const RotatedBox& box, double origin) {
  Polygon polygon;
  for (const auto& [x, y] : corners(box)) polygon.points.emplace_back(x + origin, y + origin);
  return polygon;
}

Polygon to_polygon(const Region& region) {
  if (const auto* polygon = std::get_if<Polygon>(&region)) return *polygon;
  const Box b = bounding_box(region);
  return {
      {{b.x, b.y}, {b.x + b.width, b.y}, {b.x + b.width, b.y + b.height}, {b.x, b.y + b.height}}};
}

}  // namespace siamtrack::evaluation
