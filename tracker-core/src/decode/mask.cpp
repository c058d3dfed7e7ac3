// SPDX-License-Identifier: LGPL-2.1-or-later
#include "decode/mask.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace siamtrack {
namespace {

constexpr int kStride = 8;        // network px between two cells of the response map
constexpr int kPaddingCells = 8;  // cells that the padded network adds to the map
constexpr int kPadding = 2;       // values of 0 on each side of a mask: a tap's
constexpr std::uint8_t kSet = 255;

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

/// The two neighbouring values that a frame pixel lies between, along one axis of a padded mask.
struct Tap {
  std::size_t first;
  float weight;  ///< of the second
};

/// A tap for each pixel of `pixels`; in the padding where the mask has no values.
std::vector<Tap> make_taps(const Reach& pixels, double scale, double offset, int side) {
  std::vector<Tap> taps;
  for (int pixel = pixels.first; pixel < pixels.last; ++pixel) {
    const double place = (pixel - offset) / scale;
    const double below = std::floor(place);
    const double inside = std::clamp(below, -double{kPadding}, static_cast<double>(side));
    taps.push_back(
        {static_cast<std::size_t>(inside + kPadding), static_cast<float>(place - below)});
  }
  return taps;
}

/// The values with zeros around them.
std::vector<float> padded(std::span<const float> values, int side) {
  const std::size_t pitch = static_cast<std::size_t>(side) + 2 * kPadding;
  std::vector<float> all(pitch * pitch);
  for (std::size_t row = 0; row < static_cast<std::size_t>(side); ++row) {
    std::copy_n(values.begin() + static_cast<std::ptrdiff_t>(row) * side, side,
                all.begin() + static_cast<std::ptrdiff_t>((row + kPadding) * pitch + kPadding));
  }
  return all;
}

float between(float first, float second, float weight) {
  return first * (1 - weight) + second * weight;
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
  const std::vector<float> map = padded(values, side);
  const std::size_t pitch = static_cast<std::size_t>(side) + 2 * kPadding;
  const std::vector<Tap> taps = make_taps(columns, place.scale_x, place.offset_x, side);
  std::vector<float> line(pitch);
  mask.pixels.resize(taps.size() * static_cast<std::size_t>(mask.size.height));
  std::uint8_t* pixel = mask.pixels.data();
  for (const Tap& row : make_taps(rows, place.scale_y, place.offset_y, side)) {
    const float* above = map.data() + row.first * pitch;
    for (std::size_t i = 0; i < pitch; ++i)
      line[i] = between(above[i], above[i + pitch], row.weight);
    for (const Tap& tap : taps) {
      const float value = between(line[tap.first], line[tap.first + 1], tap.weight);
      *pixel++ = value > threshold ? kSet : 0;
    }
  }
  return tightened(mask);
}

}  // namespace siamtrack
