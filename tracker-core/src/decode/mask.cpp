// SPDX-License-Identifier: LGPL-2.1-or-later
#include "decode/mask.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace siamtrack {
namespace {

constexpr int kStride = 8;                // network px between two cells of the response map
constexpr int kPaddingCells = 8;          // cells that the padded network adds to the map
constexpr std::uint8_t kSet = 255;

/// Bilinear value at (x, y); 0 outside.
class Surface {
 public:
  Surface(std::span<const float> values, int side) : values_(values), side_(side) {}

  float at(double x, double y) const {
    const int column = static_cast<int>(std::floor(x));
    const int row = static_cast<int>(std::floor(y));
    const auto dx = static_cast<float>(x - column);
    const auto dy = static_cast<float>(y - row);
    const float above = value(column, row) * (1 - dx) + value(column + 1, row) * dx;
    const float below = value(column, row + 1) * (1 - dx) + value(column + 1, row + 1) * dx;
    return above * (1 - dy) + below * dy;
  }

 private:
  float value(int column, int row) const {
    const bool inside = column >= 0 && row >= 0 && column < side_ && row < side_;
    return inside ? values_[static_cast<std::size_t>(row) * side_ + column] : 0;
  }

  std::span<const float> values_;
  int side_;
};

/// Whole pixels [first, last) of a frame of `extent` pixels that a mask reaches.
struct Reach {
  int first;
  int last;
};

Reach reach(double scale, double offset, int side, int extent) {
  const auto inside = [&](double place) {
    return static_cast<int>(std::clamp(place, 0.0, static_cast<double>(extent)));
  };
  return {inside(std::floor(offset - scale)), inside(std::ceil(offset + scale * side) + 1)};
}

/// The part of `mask` inside of the smallest rectangle around what is set.
std::optional<Mask> tightened(const Mask& mask) {
  const cv::Mat pixels(mask.size.height, mask.size.width, CV_8U,
                       const_cast<std::uint8_t*>(mask.pixels.data()));  // only read
  const cv::Rect tight = cv::boundingRect(pixels);
  if (tight.empty()) return std::nullopt;
  Mask result{mask.x + tight.x, mask.y + tight.y, {tight.width, tight.height}, {}};
  for (int row = tight.y; row < tight.y + tight.height; ++row) {
    const std::uint8_t* from = pixels.ptr(row) + tight.x;
    result.pixels.insert(result.pixels.end(), from, from + tight.width);
  }
  return result;
}

}  // namespace

MaskPlace mask_place(const MaskCell& cell, int side, Size frame) {
  const double scale = cell.window / cell.patch;  // frame px per network px
  const auto axis = [&](double centre, int index, int extent) {
    const double start = centre - cell.window / 2 + (index - kPaddingCells / 2.0) * kStride * scale;
    const double enlarge = side / (cell.exemplar * scale);  // mask px per frame px
    const double step = (extent - 1) / (extent * enlarge);
    return std::pair(step, step * start * enlarge);
  };
  const auto [scale_x, offset_x] = axis(cell.centre_x, cell.column, frame.width);
  const auto [scale_y, offset_y] = axis(cell.centre_y, cell.row, frame.height);
  return {scale_x, scale_y, offset_x, offset_y};
}

std::optional<Mask> paste_mask(std::span<const float> values, int side, const MaskPlace& place,
                               Size frame, double threshold) {
  const Reach columns = reach(place.scale_x, place.offset_x, side, frame.width);
  const Reach rows = reach(place.scale_y, place.offset_y, side, frame.height);
  Mask mask{columns.first, rows.first, {columns.last - columns.first, rows.last - rows.first}, {}};
  if (mask.size.width <= 0 || mask.size.height <= 0) return std::nullopt;
  const Surface surface(values, side);
  for (int y = rows.first; y < rows.last; ++y) {
    const double v = (y - place.offset_y) / place.scale_y;
    for (int x = columns.first; x < columns.last; ++x) {
      const double u = (x - place.offset_x) / place.scale_x;
      mask.pixels.push_back(surface.at(u, v) > threshold ? kSet : 0);
    }
  }
  return tightened(mask);
}

}  // namespace siamtrack
