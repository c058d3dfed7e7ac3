// SPDX-License-Identifier: LGPL-2.1-or-later
#include "evaluation/overlap.h"

#include <algorithm>
#include <cmath>

namespace siamtrack::evaluation {
namespace {

using Points = std::vector<cv::Point2d>;

/// Edges of a box, both included.
struct Edges {
  double left, top, right, bottom;
};

constexpr double kMaxPixels = 1 << 28;  // 16k x 16k: larger windows come from broken results

double ratio(const std::vector<char>& a, const std::vector<char>& b) {
  long both = 0, any = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    both += a[i] && b[i];
    any += a[i] || b[i];
  }
  return any > 0 ? static_cast<double>(both) / static_cast<double>(any) : 0.0;
}

// --- exact ---------------------------------------------------------------------------------------

/// Twice the signed area (shoelace formula).
double twice_area(const Points& p) {
  double sum = 0;
  for (std::size_t i = 0, j = p.size() - 1; i < p.size(); j = i++) sum += p[j].cross(p[i]);
  return sum;
}

/// The part of `subject` on the inner side of each edge of the convex `clip` (Sutherland, Hodgman).
Points clipped(Points subject, Points clip) {
  if (twice_area(clip) < 0) std::reverse(clip.begin(), clip.end());
  for (std::size_t i = 0, j = clip.size() - 1; i < clip.size() && !subject.empty(); j = i++) {
    const cv::Point2d edge = clip[i] - clip[j];
    const auto side = [&](const cv::Point2d& p) { return edge.cross(p - clip[j]); };
    Points kept;
    for (std::size_t k = 0, l = subject.size() - 1; k < subject.size(); l = k++) {
      const double before = side(subject[l]), now = side(subject[k]);
      if ((before < 0) != (now < 0)) {
        kept.push_back(subject[l] + (subject[k] - subject[l]) * (before / (before - now)));
      }
      if (now >= 0) kept.push_back(subject[k]);
    }
    subject = std::move(kept);
  }
  return subject;
}

double area(const Points& points) {
  return points.size() < 3 ? 0 : std::abs(twice_area(points)) / 2;
}

double exact_overlap(const Region& a, const Region& b, Size bounds) {
  Points p = to_polygon(a).points, q = to_polygon(b).points;
  if (bounds.width > 0) {
    const Points frame = to_polygon(Box{0, 0, double(bounds.width), double(bounds.height)}).points;
    p = clipped(std::move(p), frame);
    q = clipped(std::move(q), frame);
  }
  if (p.size() < 3 || q.size() < 3) return 0;
  const double common = area(clipped(p, q));
  const double all = area(p) + area(q) - common;
  return all > 0 ? std::clamp(common / all, 0.0, 1.0) : 0.0;
}

// --- MATLAB toolkit
// --------------------------------------------------------------------------------

Edges edges_of(const Polygon& polygon, Size bounds) {
  const Box box = bounding_box(polygon);
  Edges e{box.x, box.y, box.x + box.width, box.y + box.height};
  if (bounds.width > 0) {
    e = {std::max(0.0, e.left), std::max(0.0, e.top), std::min(double(bounds.width), e.right),
         std::min(double(bounds.height), e.bottom)};
  }
  return e;
}

Polygon moved(Polygon polygon, double dx, double dy) {
  // The toolkit keeps coordinates in single precision.
  for (auto& p : polygon.points) {
    p = {static_cast<float>(static_cast<float>(p.x) + static_cast<float>(dx)),
         static_cast<float>(static_cast<float>(p.y) + static_cast<float>(dy))};
  }
  return polygon;
}

double legacy_overlap(const Region& a, const Region& b, Size bounds) {
  constexpr double kTooDifferent = 1e-10;
  const Polygon p = to_polygon(a), q = to_polygon(b);
  const Edges e = edges_of(p, bounds), f = edges_of(q, bounds);
  const double left = std::min(e.left, f.left), top = std::min(e.top, f.top);
  const double columns = std::max(e.right, f.right) - left;
  const double rows = std::max(e.bottom, f.bottom) - top;
  const double area_e = (e.right - e.left) * (e.bottom - e.top);
  const double area_f = (f.right - f.left) * (f.bottom - f.top);
  const bool comparable = area_e / area_f >= kTooDifferent && area_f / area_e >= kTooDifferent;
  const bool apart = std::min(e.right, f.right) <= std::max(e.left, f.left) ||
                     std::min(e.bottom, f.bottom) <= std::max(e.top, f.top);
  if (!comparable || apart || columns * rows > kMaxPixels) return 0;
  const Size window{static_cast<int>(columns) + 1, static_cast<int>(rows) + 1};
  return ratio(rasterise(moved(p, -left, -top), window, OverlapKind::kLegacy),
               rasterise(moved(q, -left, -top), window, OverlapKind::kLegacy));
}

// --- Python toolkit
// --------------------------------------------------------------------------------

/// First and last column and row of a region after rounding; all 0 for an empty one.
Edges vot_edges(const Region& region) {
  const Box b = bounding_box(region);
  if (!is_finite(b)) return {0, 0, 0, 0};
  const auto round = [](double v) { return std::nearbyint(v); };
  if (std::holds_alternative<Polygon>(region)) {
    return {round(b.x), round(b.y), round(b.x + b.width), round(b.y + b.height)};
  }
  return {round(b.x), round(b.y), round(b.x) + round(b.width) - 1,
          round(b.y) + round(b.height) - 1};
}

std::vector<char> vot_pixels(const Region& region, const Edges& window) {
  const Size size{static_cast<int>(window.right - window.left) + 1,
                  static_cast<int>(window.bottom - window.top) + 1};
  if (const auto* polygon = std::get_if<Polygon>(&region)) {
    Polygon shifted = *polygon;
    for (auto& p : shifted.points) {
      p = {std::nearbyint(p.x) - window.left, std::nearbyint(p.y) - window.top};
    }
    return rasterise(shifted, size, OverlapKind::kVot);
  }
  std::vector<char> pixels(static_cast<std::size_t>(size.width) * size.height, 0);
  if (std::holds_alternative<Special>(region)) return pixels;
  const Edges own = vot_edges(region);
  const auto* mask = std::get_if<Mask>(&region);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const double column = window.left + x, row = window.top + y;
      bool in = column >= own.left && column <= own.right && row >= own.top && row <= own.bottom;
      if (in && mask != nullptr) {
        const auto my = static_cast<std::size_t>(row - mask->y);
        in = mask->pixels[my * mask->size.width + static_cast<std::size_t>(column - mask->x)] != 0;
      }
      pixels[static_cast<std::size_t>(y) * size.width + x] = in ? 1 : 0;
    }
  }
  return pixels;
}

double vot_overlap(const Region& a, const Region& b, Size bounds) {
  const Edges e = vot_edges(a), f = vot_edges(b);
  Edges window{std::min(e.left, f.left), std::min(e.top, f.top), std::max(e.right, f.right),
               std::max(e.bottom, f.bottom)};
  const auto thin = [&] { return window.left >= window.right || window.top >= window.bottom; };
  if (thin()) return 1;  // "two empty regions are identical"
  if (bounds.width > 0) {
    window = {std::max(0.0, window.left), std::max(0.0, window.top),
              std::min(bounds.width - 1.0, window.right),
              std::min(bounds.height - 1.0, window.bottom)};
  }
  if (thin()) return 0;
  if ((window.right - window.left) * (window.bottom - window.top) > kMaxPixels) return 0;
  return ratio(vot_pixels(a, window), vot_pixels(b, window));
}

}  // namespace

std::string name_of(OverlapKind kind) {
  switch (kind) {
    case OverlapKind::kExact:
      return "exact";
    case OverlapKind::kLegacy:
      return "legacy";
    case OverlapKind::kVot:
      return "vot";
  }
  return "unknown";
}

double overlap(const Region& a, const Region& b, OverlapKind kind, Size bounds) {
  const bool masks = std::holds_alternative<Mask>(a) || std::holds_alternative<Mask>(b);
  if (kind == OverlapKind::kVot || masks) return vot_overlap(a, b, bounds);
  if (!is_finite(bounding_box(a)) || !is_finite(bounding_box(b))) return 0;
  return kind == OverlapKind::kExact ? exact_overlap(a, b, bounds) : legacy_overlap(a, b, bounds);
}

}  // namespace siamtrack::evaluation
