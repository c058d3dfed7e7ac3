// SPDX-License-Identifier: LGPL-2.1-or-later
#include "strokes.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace siamtrack::overlay {
namespace {

using bridge::Point;
using bridge::TargetRecord;
using bridge::TargetState;

constexpr double kFarAway = 1e6;           // px; keeps any coordinate inside an int
constexpr int kLinesPerFrame = 160;        // frame heights in one line width: 3 px at 480 lines
constexpr int kTextsPerFrame = 40;         // frame heights in one line of text
constexpr int kMinFont = 11;               // px; smaller text cannot be read
constexpr int kCornerPart = 4;             // a corner takes this part of the shorter side
constexpr std::size_t kMaxDots = 200;      // per trail; the cost of a frame stays bounded
constexpr double kFaintest = 0.2;          // alpha of a trail's oldest part
constexpr double kGoldenAngle = 0.381966;  // turn of hue between two ids; never repeats closely

std::uint32_t hue_colour(double hue) {
  const auto channel = [hue](double offset) {
    const double k = std::fmod(offset + hue * 6, 6.0);
    return static_cast<std::uint32_t>(255 * (1 - std::clamp(std::min(k, 4 - k), 0.0, 1.0)));
  };
  return 0xff000000u | channel(5) << 16 | channel(3) << 8 | channel(1);
}

std::uint32_t state_colour(TargetState state) {
  switch (state) {
    case TargetState::kUncertain:
      return 0xffffb000;
    case TargetState::kLost:
    case TargetState::kTerminated:
      return 0xffff3030;
    default:
      return 0xff20e040;
  }
}

int snapped(double value, int grid) {
  const double safe = std::clamp(value, -kFarAway, kFarAway);
  return grid * static_cast<int>(std::lround(safe / grid));
}

/// Outer edge of the outline: the lines lie centred on the box's edges.
Rect outer_edge(const Box& box, int width, int grid) {
  const double half = width / 2.0;
  const int left = snapped(box.x - half, grid);
  const int top = snapped(box.y - half, grid);
  return {left, top, std::max(width, snapped(box.x + box.width + half, grid) - left),
          std::max(width, snapped(box.y + box.height + half, grid) - top)};
}

std::vector<Rect> box_edges(const Rect& r, int line) {
  if (r.width <= 2 * line || r.height <= 2 * line) return {r};
  const int inner = r.height - 2 * line;
  return {{r.x, r.y, r.width, line},
          {r.x, r.y + r.height - line, r.width, line},
          {r.x, r.y + line, line, inner},
          {r.x + r.width - line, r.y + line, line, inner}};
}

std::vector<Rect> corner_edges(const Rect& r, int line) {
  const int length = std::max(2 * line, std::min(r.width, r.height) / kCornerPart);
  if (r.width <= 2 * length || r.height <= 2 * length) return box_edges(r, line);
  const int right = r.x + r.width;
  const int bottom = r.y + r.height;
  const int upright = length - line;
  return {{r.x, r.y, length, line},
          {right - length, r.y, length, line},
          {r.x, bottom - line, length, line},
          {right - length, bottom - line, length, line},
          {r.x, r.y + line, line, upright},
          {right - line, r.y + line, line, upright},
          {r.x, bottom - length, line, upright},
          {right - line, bottom - length, line, upright}};
}

std::vector<Rect> crosshair(const Box& box, int line, int grid) {
  const int arm =
      std::max(line, static_cast<int>(std::min({box.width, box.height, kFarAway}) / kCornerPart));
  const int left = snapped(box.centre_x() - line / 2.0, grid);
  const int top = snapped(box.centre_y() - line / 2.0, grid);
  return {{left - arm, top, 2 * arm + line, line},
          {left, top - arm, line, arm},
          {left, top + line, line, arm}};
}

std::vector<Rect> shape_of(const Box& box, Shape shape, int line, int grid) {
  switch (shape) {
    case Shape::kCrosshair:
      return crosshair(box, line, grid);
    case Shape::kCorners:
      return corner_edges(outer_edge(box, line, grid), line);
    case Shape::kBox:
      break;
  }
  return box_edges(outer_edge(box, line, grid), line);
}

void add_clipped(std::vector<Stroke>& strokes, const Rect& rect, std::uint32_t colour, Size frame) {
  const Rect visible = intersection(rect, {0, 0, frame.width, frame.height});
  if (visible.width > 0 && visible.height > 0) strokes.push_back({visible, colour});
}

/// The parts of `a` outside `b`.
std::vector<Rect> without(const Rect& a, const Rect& b) {
  const Rect common = intersection(a, b);
  if (common.width <= 0 || common.height <= 0) return {a};
  const int right = common.x + common.width;
  const int bottom = common.y + common.height;
  return {{a.x, a.y, a.width, common.y - a.y},
          {a.x, bottom, a.width, a.y + a.height - bottom},
          {a.x, common.y, common.x - a.x, common.height},
          {right, common.y, a.x + a.width - right, common.height}};
}

/// Points `step` px apart on the way through the finite ones of `line`, latest first.
std::vector<Point> dots_along(const std::vector<Point>& line, double step) {
  std::vector<Point> dots;
  for (std::size_t i = line.size(); i-- > 1 && dots.size() < kMaxDots;) {
    const Point from = line[i];
    const Point to = line[i - 1];
    const double length = std::hypot(to.x - from.x, to.y - from.y);
    if (!std::isfinite(length)) continue;
    const double count = std::clamp(std::ceil(length / step), 1.0, double{kMaxDots});
    for (double k = 0; k < count && dots.size() < kMaxDots; ++k) {
      dots.push_back({std::lerp(from.x, to.x, k / count), std::lerp(from.y, to.y, k / count)});
    }
    if (i == 1 && dots.size() < kMaxDots) dots.push_back(to);
  }
  return dots;
}

}  // namespace

Rect intersection(const Rect& a, const Rect& b) {
  const int left = std::max(a.x, b.x);
  const int top = std::max(a.y, b.y);
  return {left, top, std::max(0, std::min(a.x + a.width, b.x + b.width) - left),
          std::max(0, std::min(a.y + a.height, b.y + b.height) - top)};
}

std::uint32_t with_alpha(std::uint32_t colour, double alpha) {
  const auto value = static_cast<std::uint32_t>(std::lround((colour >> 24) * alpha));
  return (colour & 0x00ffffffu) | value << 24;
}

bool drawable(const Box& box) {
  return std::isfinite(box.x) && std::isfinite(box.y) && std::isfinite(box.width) &&
         std::isfinite(box.height) && box.width > 0 && box.height > 0;
}

int line_width(const OverlayStyle& style, Size frame) {
  if (style.line_width > 0) return static_cast<int>(style.line_width);
  return std::max(2, frame.height / kLinesPerFrame);
}

int font_size(const OverlayStyle& style, Size frame) {
  if (style.font_size > 0) return static_cast<int>(style.font_size);
  return std::max(kMinFont, frame.height / kTextsPerFrame);
}

std::uint32_t target_colour(const TargetRecord& target, const OverlayStyle& style) {
  switch (style.colour_by) {
    case ColourBy::kFixed:
      return with_alpha(style.colour, style.alpha);
    case ColourBy::kId: {
      double whole = 0;
      const double hue = std::modf(static_cast<double>(target.id) * kGoldenAngle, &whole);
      return with_alpha(hue_colour(hue), style.alpha);
    }
    case ColourBy::kState:
      break;
  }
  return with_alpha(state_colour(target.state), style.alpha);
}

std::vector<Stroke> outline(const TargetRecord& target, const OverlayStyle& style,
                            const Canvas& canvas) {
  std::vector<Stroke> strokes;
  if (!drawable(target.box)) return strokes;
  const std::uint32_t colour = target_colour(target, style);
  const int line = line_width(style, canvas.size);
  for (const Rect& rect : shape_of(target.box, style.shape, line, canvas.grid)) {
    add_clipped(strokes, rect, colour, canvas.size);
  }
  return strokes;
}

std::vector<Stroke> trail(const TargetRecord& target, const OverlayStyle& style,
                          const Canvas& canvas) {
  std::vector<Stroke> strokes;
  const std::uint32_t colour = target_colour(target, style);
  const int line = line_width(style, canvas.size);
  // Squares so close that no gap is left when they are moved to the grid; what one shares with the
  // one before is left out, or half transparent trails would be spotted.
  const std::vector<Point> dots = dots_along(target.trail, std::max(1, line - canvas.grid));
  Rect before;
  for (std::size_t i = 0; i < dots.size(); ++i) {
    const double age = static_cast<double>(i) / static_cast<double>(dots.size());
    const std::uint32_t faded = with_alpha(colour, std::lerp(1.0, kFaintest, age));
    const Rect dot{snapped(dots[i].x - line / 2.0, canvas.grid),
                   snapped(dots[i].y - line / 2.0, canvas.grid), line, line};
    for (const Rect& part : without(dot, before)) {
      add_clipped(strokes, part, faded, canvas.size);
    }
    before = dot;
  }
  return strokes;
}

std::string label_text(const TargetRecord& target, unsigned parts) {
  std::string text;
  const auto add = [&text](const std::string& part) {
    if (part.empty()) return;
    if (!text.empty()) text += ' ';
    text += part;
  };
  if ((parts & kLabelId) && target.id != 0) add("#" + std::to_string(target.id));
  if (parts & kLabelName) add(target.label);
  if ((parts & kLabelScore) && std::isfinite(target.score)) {
    add(std::to_string(std::lround(100 * std::clamp(target.score, 0.0, 1.0))) + "%");
  }
  const bool noteworthy =
      target.state != TargetState::kTracking && target.state != TargetState::kIdle;
  if ((parts & kLabelState) && noteworthy) add(bridge::to_string(target.state));
  return text;
}

Rect label_place(const Box& box, Size label, Size frame) {
  const Box picture{0, 0, static_cast<double>(frame.width), static_cast<double>(frame.height)};
  if (!drawable(box) || siamtrack::intersection(box, picture).area() <= 0) return {};
  if (label.width > frame.width || label.height > frame.height) return {};
  const int above = snapped(box.y, 1) - label.height;
  const int y = above >= 0 ? above : std::max(0, snapped(box.y, 1));
  return {std::clamp(snapped(box.x, 1), 0, frame.width - label.width),
          std::min(y, frame.height - label.height), label.width, label.height};
}

}  // namespace siamtrack::overlay
