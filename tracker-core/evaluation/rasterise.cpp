// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <cmath>

#include "evaluation/overlap.h"

namespace siamtrack::evaluation {
namespace {

using Columns = std::vector<long>;

void fill(std::vector<char>& pixels, int width, int row, long from, long to) {
  from = std::clamp<long>(from, 0, width);
  to = std::clamp<long>(to, from, width);
  std::fill(pixels.begin() + static_cast<long>(row) * width + from,
            pixels.begin() + static_cast<long>(row) * width + to, 1);
}

/// Where the edges cross a row: edges are half open in y, columns are cut towards zero.
Columns legacy_crossings(const std::vector<cv::Point2d>& p, int row) {
  Columns columns;
  for (std::size_t i = 0, j = p.size() - 1; i < p.size(); j = i++) {
    const bool crosses = (p[i].y < row && p[j].y >= row) || (p[j].y < row && p[i].y >= row);
    if (!crosses) continue;
    columns.push_back(
        static_cast<long>(p[i].x + (row - p[i].y) / (p[j].y - p[i].y) * (p[j].x - p[i].x)));
  }
  std::sort(columns.begin(), columns.end());
  return columns;
}

/// As above, but both ends of an edge belong to it, and horizontal edges count.
Columns vot_crossings(const std::vector<cv::Point2d>& p, int row) {
  Columns columns;
  for (std::size_t i = 0, j = p.size() - 1; i < p.size(); j = i++) {
    const auto [low, high] = std::minmax(p[i].y, p[j].y);
    if (row < low || row > high) continue;
    const double rise = p[j].y - p[i].y;
    const double x = rise != 0 ? p[i].x + (row - p[i].y) / rise * (p[j].x - p[i].x) : p[i].x;
    columns.push_back(static_cast<long>(x));
  }
  std::sort(columns.begin(), columns.end());
  return columns;
}

void fill_legacy(std::vector<char>& pixels, Size size, int row, const Columns& columns) {
  for (std::size_t i = 0; i + 1 < columns.size(); i += 2) {
    if (columns[i] >= size.width) break;
    // The toolkit leaves the last column out of rows that reach beyond the window.
    const long end = columns[i + 1] > size.width ? size.width - 1 : columns[i + 1];
    fill(pixels, size.width, row, columns[i], end);
  }
}

void fill_vot(std::vector<char>& pixels, Size size, int row, const Columns& columns) {
  for (std::size_t i = 0; i + 1 < columns.size();) {
    if (columns[i] >= size.width) break;
    // A corner on the row gives the same column twice: only the second one opens a span.
    if (columns[i] == columns[i + 1] && i + 2 < columns.size()) {
      ++i;
      continue;
    }
    if (columns[i + 1] >= 0) fill(pixels, size.width, row, columns[i], columns[i + 1] + 1);
    i += 2;
  }
}

}  // namespace

std::vector<char> rasterise(const Polygon& corners, Size size, OverlapKind kind) {
  std::vector<char> pixels(static_cast<std::size_t>(size.width) * size.height, 0);
  std::vector<cv::Point2d> points = corners.points;
  if (kind == OverlapKind::kVot) {
    for (auto& p : points) p = {std::nearbyint(p.x), std::nearbyint(p.y)};
  }
  for (int row = 0; row < size.height; ++row) {
    if (kind == OverlapKind::kVot) {
      fill_vot(pixels, size, row, vot_crossings(points, row));
    } else {
      fill_legacy(pixels, size, row, legacy_crossings(points, row));
    }
  }
  return pixels;
}

}  // namespace siamtrack::evaluation
