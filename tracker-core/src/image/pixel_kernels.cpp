// SPDX-License-Identifier: LGPL-2.1-or-later
#include "image/pixel_kernels.h"

#include <bit>
#include <cstring>

#include "image/pixel_math.h"
#include "per_cpu.h"

namespace siamtrack::pixel_kernels {
namespace {

template <int kStep>
[[gnu::always_inline]] inline void copy_samples(const std::uint8_t* in, int count,
                                                std::uint8_t* __restrict out) {
  for (int i = 0; i < count; ++i) out[i] = in[i * kStep];
}

// Every sample stands for two pixels.
template <int kStep>
[[gnu::always_inline]] inline void double_samples(const std::uint8_t* in, int pairs,
                                                  std::uint8_t* __restrict out) {
  for (int i = 0; i < pairs; ++i) {
    out[2 * i] = in[i * kStep];
    out[2 * i + 1] = in[i * kStep];
  }
}

SIAMTRACK_PER_CPU
void read_full(int step, const std::uint8_t* in, int count, std::uint8_t* out) {
  switch (step) {
    case 1:
      std::memcpy(out, in, static_cast<std::size_t>(count));
      return;
    case 2:
      return copy_samples<2>(in, count, out);
    case 3:
      return copy_samples<3>(in, count, out);
    default:
      return copy_samples<4>(in, count, out);
  }
}

SIAMTRACK_PER_CPU
void read_halved(int step, const std::uint8_t* in, int pairs, std::uint8_t* out) {
  switch (step) {
    case 1:
      return double_samples<1>(in, pairs, out);
    case 2:
      return double_samples<2>(in, pairs, out);
    default:
      return double_samples<4>(in, pairs, out);
  }
}

}  // namespace

void read_span(const Component& part, const std::uint8_t* row, int x, int count,
               std::uint8_t* out) {
  const std::uint8_t* in = row + static_cast<std::ptrdiff_t>(x >> part.shift_x) * part.step;
  if (part.shift_x == 0) return read_full(part.step, in, count, out);
  if (x % 2 != 0) {
    *out++ = *in;
    in += part.step;
    --count;
  }
  read_halved(part.step, in, count / 2, out);
  if (count % 2 != 0) out[count - 1] = in[static_cast<std::ptrdiff_t>(count / 2) * part.step];
}

void read_columns(const Component& part, const std::uint8_t* row, std::span<const int> columns,
                  std::uint8_t* out) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    out[i] = row[static_cast<std::ptrdiff_t>(columns[i] >> part.shift_x) * part.step];
  }
}

SIAMTRACK_PER_CPU
void yuv_to_bgr(const ColourEquation& equation, int count, Planes<std::uint8_t> pixels) {
  const ColourEquation e = equation;
  std::uint8_t* __restrict first = pixels[0];
  std::uint8_t* __restrict second = pixels[1];
  std::uint8_t* __restrict third = pixels[2];
  for (int i = 0; i < count; ++i) {
    const auto bgr = pixel_math::to_bgr(e, first[i], second[i], third[i]);
    first[i] = bgr[0];
    second[i] = bgr[1];
    third[i] = bgr[2];
  }
}

SIAMTRACK_PER_CPU
void blend_columns(const std::uint8_t* row, Taps taps, int side, int* __restrict out) {
  const int* const index = taps.index;
  const int* const weight = taps.weight;
  for (int i = 0; i < side; ++i) {
    // Four bytes at once become a gather; two loads of one byte each would stay scalar.
    std::uint32_t pixels = 0;
    static_assert(sizeof(pixels) == 2 + kOverread);
    std::memcpy(&pixels, row + index[i], sizeof(pixels));
    if constexpr (std::endian::native == std::endian::big) pixels = __builtin_bswap32(pixels);
    const int first = static_cast<int>(pixels & 0xFFU);
    const int second = static_cast<int>(pixels >> 8U & 0xFFU);
    out[i] = pixel_math::blend(first, second, weight[i]);
  }
}

SIAMTRACK_PER_CPU
void blend_rows(const int* upper, const int* lower, int weight, int side, float* out) {
  float* __restrict pixels = out;
  const int* const upper_planes[] = {upper, upper + side, upper + 2 * side};
  const int* const lower_planes[] = {lower, lower + side, lower + 2 * side};
  for (int i = 0; i < side; ++i) {
    for (int c = 0; c < 3; ++c) {
      pixels[3 * i + c] = static_cast<float>(
          pixel_math::blended_level(upper_planes[c][i], lower_planes[c][i], weight));
    }
  }
}

SIAMTRACK_PER_CPU
std::uint32_t sum(const std::uint8_t* samples, int count) {
  std::uint32_t total = 0;
  for (int i = 0; i < count; ++i) total += samples[i];
  return total;
}

}  // namespace siamtrack::pixel_kernels
