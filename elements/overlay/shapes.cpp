// SPDX-License-Identifier: LGPL-2.1-or-later
#include "shapes.h"

#include <algorithm>
#include <cmath>

namespace siamtrack::overlay {
namespace {

constexpr double kVeilAlpha = 0.4;  // the target stays visible under its mask

bool finite(const bridge::Point& point) { return std::isfinite(point.x) && std::isfinite(point.y); }

/// The whole pixels that [left, right) x [top, bottom) touches, cut to the frame.
Rect touched(double left, double top, double right, double bottom, Size frame) {
  const auto cut = [](double value, int end) {
    return static_cast<int>(std::clamp(value, 0.0, static_cast<double>(end)));
  };
  const int x = cut(std::floor(left), frame.width);
  const int y = cut(std::floor(top), frame.height);
  return {x, y, cut(std::ceil(right), frame.width) - x, cut(std::ceil(bottom), frame.height) - y};
}

bool empty(const Rect& rect) { return rect.width <= 0 || rect.height <= 0; }

/// Index of the mask's column (or row) over each pixel of a line of the frame; -1 beside the mask.
std::vector<int> sampled(int first, int count, double start, double extent, int cells) {
  std::vector<int> indices(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    const double place = (first + i + 0.5 - start) / extent * cells;
    indices[i] = place >= 0 && place < cells ? static_cast<int>(place) : -1;
  }
  return indices;
}

}  // namespace

std::optional<Veil> veil(const bridge::TargetRecord& target, const OverlayStyle& style,
                         const Canvas& canvas) {
  if (!style.mask || !target.mask || !drawable(target.mask->box)) return std::nullopt;
  const Box& box = target.mask->box;
  const Rect place = touched(box.x, box.y, box.x + box.width, box.y + box.height, canvas.size);
  if (empty(place)) return std::nullopt;
  return Veil{*target.mask, with_alpha(target_colour(target, style), kVeilAlpha), place};
}

bool has_ring(const bridge::TargetRecord& target, const OverlayStyle& style) {
  constexpr std::size_t kLeastCorners = 3;
  return style.shape == Shape::kBox && target.polygon.size() >= kLeastCorners &&
         std::all_of(target.polygon.begin(), target.polygon.end(), finite);
}

std::optional<Ring> ring(const bridge::TargetRecord& target, const OverlayStyle& style,
                         const Canvas& canvas) {
  const auto [left, right] = std::ranges::minmax(target.polygon, {}, &bridge::Point::x);
  const auto [top, bottom] = std::ranges::minmax(target.polygon, {}, &bridge::Point::y);
  const int line = line_width(style, canvas.size);
  const Rect place =
      touched(left.x - line, top.y - line, right.x + line, bottom.y + line, canvas.size);
  if (empty(place)) return std::nullopt;
  return Ring{target.polygon, target_colour(target, style), line, place};
}

Picture draw(const Veil& veil) {
  const auto& [mask, colour, place] = veil;
  const std::vector<int> columns =
      sampled(place.x, place.width, mask.box.x, mask.box.width, mask.size.width);
  const std::vector<int> rows =
      sampled(place.y, place.height, mask.box.y, mask.box.height, mask.size.height);
  gsize count = 0;
  const auto* inside = static_cast<const guint8*>(g_bytes_get_data(mask.pixels.get(), &count));
  std::vector<std::uint32_t> pixels;
  pixels.reserve(rows.size() * columns.size());
  for (const int row : rows) {
    for (const int column : columns) {
      const bool hit = row >= 0 && column >= 0 &&
                       inside[static_cast<std::size_t>(row) * mask.size.width + column] != 0;
      pixels.push_back(hit ? colour : 0);
    }
  }
  return new_picture({place.width, place.height}, pixels);
}

Picture draw(const Ring& ring) {
  return new_picture({ring.place.width, ring.place.height}, [&](cairo_t* cairo) {
    constexpr double kFarAway = 1e6;  // px; Cairo counts in an int of 1/256 px
    for (const bridge::Point& corner : ring.corners) {
      cairo_line_to(cairo, std::clamp(corner.x - ring.place.x, -kFarAway, kFarAway),
                    std::clamp(corner.y - ring.place.y, -kFarAway, kFarAway));
    }
    cairo_close_path(cairo);
    set_colour(cairo, ring.colour);
    cairo_set_line_width(cairo, ring.line);
    cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND);
    cairo_stroke(cairo);
  });
}

}  // namespace siamtrack::overlay
