// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "image/pixel_layout.h"

/// The inner loops over pixels, in a file of their own so that they are compiled for several
/// instruction sets and with full optimisation. Nothing here checks its arguments.
namespace siamtrack::pixel_kernels {

/// Three planes of one row: blue, green, red (or Y, U, V before conversion).
template <typename T>
using Planes = std::array<T*, 3>;

/// pixel_math::Tap of every output pixel of a row, as two arrays.
struct Taps {
  const int* index;
  const int* weight;
};

/// Copies `count` samples of one component's row, from pixel `x` on, repeating subsampled ones.
/// @param row  first sample of the row
void read_span(const Component& part, const std::uint8_t* row, int x, int count, std::uint8_t* out);

/// As read_span(), for the pixels `columns`.
void read_columns(const Component& part, const std::uint8_t* row, std::span<const int> columns,
                  std::uint8_t* out);

/// Turns Y, U, V into blue, green, red in place, rounded and clamped to [0, 255].
void yuv_to_bgr(const ColourEquation& equation, int count, Planes<std::uint8_t> pixels);

/// Bytes behind the last tap's two pixels that blend_columns() may read.
inline constexpr int kOverread = 2;

/// Interpolates `side` pixels along one plane of a row, pixel_math::blend().
void blend_columns(const std::uint8_t* row, Taps taps, int side, int* out);

/// Grey levels between two rows of three planes made by blend_columns(),
/// pixel_math::blended_level(), the planes interleaved.
/// @param upper, lower  3 * side values
/// @param out           3 * side values
void blend_rows(const int* upper, const int* lower, int weight, int side, float* out);

/// The sum of `count` samples; at most 2^24 of them.
std::uint32_t sum(const std::uint8_t* samples, int count);

}  // namespace siamtrack::pixel_kernels
