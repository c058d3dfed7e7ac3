// SPDX-License-Identifier: LGPL-2.1-or-later
#include "nn/cpu_gate.h"

#include <vector>

#include "per_cpu.h"

namespace siamtrack::nn::cpu_gate {
namespace {

constexpr std::int64_t kWideRow = 128;  // numbers: shorter rows wait for their own last sum

SIAMTRACK_PER_CPU
void sum_rows(const float* x, std::int64_t rows, std::int64_t length, float* out) {
  float* __restrict sums = out;
  for (std::int64_t row = 0; row < rows; ++row, x += length) {
    for (std::int64_t i = 0; i < length; ++i) sums[i] += x[i];
  }
}

}  // namespace

void means(const float* x, std::int64_t pixels, std::int64_t channels, float* out) {
  std::int64_t together = 1;  // pixels taken as one row
  while (together * channels < kWideRow && pixels % (2 * together) == 0) together *= 2;
  std::vector<float> sums(static_cast<std::size_t>(together * channels));
  sum_rows(x, pixels / together, together * channels, sums.data());
  for (std::int64_t c = 0; c < channels; ++c) {
    float sum = 0;
    for (std::int64_t k = 0; k < together; ++k) sum += sums[k * channels + c];
    out[c] = sum / static_cast<float>(pixels);
  }
}

// A number of `out` depends on the same one of `x` alone, so that both may be the same.
SIAMTRACK_PER_CPU
void scale(const float* x, const float* factors, std::int64_t pixels, std::int64_t channels,
           float* out) {
  for (std::int64_t p = 0; p < pixels; ++p, x += channels, out += channels) {
#pragma GCC ivdep
    for (std::int64_t c = 0; c < channels; ++c) out[c] = x[c] * factors[c];
  }
}

SIAMTRACK_PER_CPU
void scale_hard_swish(const float* x, const float* factors, std::int64_t pixels,
                      std::int64_t channels, float* out) {
  for (std::int64_t p = 0; p < pixels; ++p, x += channels, out += channels) {
#pragma GCC ivdep
    for (std::int64_t c = 0; c < channels; ++c) {
      const float scaled = x[c] * factors[c];
      // std::min and std::max are not vectorised here.
      float part = scaled + 3;
      part = part > 0 ? part : 0;
      part = part < 6 ? part : 6;
      out[c] = scaled * part * (1.0F / 6);
    }
  }
}

}  // namespace siamtrack::nn::cpu_gate
