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
/// Differs from siamfc-pytorch, where OpenCV rounds the border's colour; all others truncate it.
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

/// Tap of output `i` when `window` pixels become `side`: half-pixel centres. The index lies in
/// [-1, window - 1]; pixels outside the window are its edge. The position is rounded to float and
/// its weight half to even because cv::resize does so.
constexpr Tap make_line_tap(int i, int window, int side) {
  const double scale = 1.0 / (static_cast<double>(side) / window);
  const auto position = static_cast<float>((i + 0.5) * scale - 0.5);
  const int whole = static_cast<int>(position);
  const int index = position < static_cast<float>(whole) ? whole - 1 : whole;
  const float exact = (position - static_cast<float>(index)) * kWeightOne;
  const int below = static_cast<int>(exact);
  const float rest = exact - static_cast<float>(below);
  const bool up = rest > 0.5F || (rest == 0.5F && below % 2 != 0);
  return {index, up ? below + 1 : below};
}

/// As make_line_tap() along a row, where cv::resize gives all weight to the edge pixel.
/// index >= 0, and weight 0 at window - 1.
constexpr Tap make_tap(int i, int window, int side) {
  const Tap tap = make_line_tap(i, window, side);
  if (tap.index < 0) return {0, 0};
  return tap.index >= window - 1 ? Tap{window - 1, 0} : tap;
}

/// Between two values, in units of 1 / kWeightOne.
constexpr int blend(int first, int second, int weight) {
  return first * (kWeightOne - weight) + second * weight;
}

/// The whole grey level between two values made by blend(). The shifts drop fractions where
/// cv::resize drops them: the published weights were trained and tuned on its pixels.
constexpr int blended_level(int upper, int lower, int weight) {
  constexpr int kFirstShift = 4;
  constexpr int kSecondShift = 16;
  constexpr int kLastShift = 2 * kWeightBits - kFirstShift - kSecondShift;
  const int sum = (((kWeightOne - weight) * (upper >> kFirstShift)) >> kSecondShift) +
                  ((weight * (lower >> kFirstShift)) >> kSecondShift);
  return (sum + (1 << (kLastShift - 1))) >> kLastShift;
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
