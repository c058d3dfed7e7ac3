// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "image/crop.h"
#include "image/pixel_layout.h"

/// The arithmetic of one pixel, shared by the CPU loops and the CUDA kernel (constexpr functions
/// run on both), so that both give the same grey levels.
namespace siamtrack::pixel_math {

/// The whole grey levels of a colour, as writing a float into an 8-bit image.
constexpr std::array<std::uint8_t, 3> truncated(const Colour& colour) {
  std::array<std::uint8_t, 3> levels{};
  for (std::size_t c = 0; c < levels.size(); ++c) {
    levels[c] = static_cast<std::uint8_t>(std::clamp(colour[c], 0.0F, 255.0F));
  }
  return levels;
}

/// The mean of `sums` over all pixels of a frame.
template <typename Sum>
constexpr Colour mean(const Sum (&sums)[3], Size frame) {
  const double pixels = static_cast<double>(frame.width) * frame.height;
  Colour colour{};
  for (std::size_t c = 0; c < colour.size(); ++c) {
    colour[c] = static_cast<float>(static_cast<double>(sums[c]) / pixels);
  }
  return colour;
}

/// Fraction bits of the weights of bilinear interpolation, as in cv::resize for 8-bit images.
inline constexpr int kWeightBits = 11;
inline constexpr int kWeightOne = 1 << kWeightBits;

/// What one output coordinate reads: pixels `index` and `index + 1`, the second with `weight` of
/// kWeightOne.
struct Tap {
  int index;
  int weight;
};

/// Tap of output `i` when `window` pixels become `side`: half-pixel centres, and the edge pixel
/// goes on for ever, as in cv::resize(INTER_LINEAR). index <= window - 1; there the weight is 0.
constexpr Tap make_tap(int i, int window, int side) {
  const double centre = (i + 0.5) * window / side - 0.5;
  const double position = std::clamp(centre, 0.0, window - 1.0);
  const int index = static_cast<int>(position);
  return {index, static_cast<int>((position - index) * kWeightOne + 0.5)};
}

/// Between two values, in units of 1 / kWeightOne.
constexpr int blend(int first, int second, int weight) {
  return first * (kWeightOne - weight) + second * weight;
}

/// The whole grey level of a value that was blended along both axes.
constexpr int blended_level(int value) {
  constexpr int kShift = 2 * kWeightBits;
  return (value + (1 << (kShift - 1))) >> kShift;
}

/// Blue, green, red of Y, U, V, rounded and clamped to [0, 255].
constexpr std::array<std::uint8_t, 3> to_bgr(const ColourEquation& equation, int luma, int u,
                                             int v) {
  const int grey = (luma - equation.y_offset) * equation.y_scale + (1 << (kColourBits - 1));
  u -= kNeutralChroma;
  v -= kNeutralChroma;
  const int blue = grey + equation.blue_u * u;
  const int green = grey + equation.green_u * u + equation.green_v * v;
  const int red = grey + equation.red_v * v;
  return {static_cast<std::uint8_t>(std::clamp(blue >> kColourBits, 0, 255)),
          static_cast<std::uint8_t>(std::clamp(green >> kColourBits, 0, 255)),
          static_cast<std::uint8_t>(std::clamp(red >> kColourBits, 0, 255))};
}

}  // namespace siamtrack::pixel_math
