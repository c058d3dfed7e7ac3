// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstdint>

/// The passes over whole maps that make a ChannelGate: in LibTorch three operators, of which each
/// takes longer to start than to read a small map. Maps are channels last: [pixels, channels].
namespace siamtrack::nn::cpu_gate {

/// Mean of each channel over all pixels. @param out  [channels]
void means(const float* x, std::int64_t pixels, std::int64_t channels, float* out);

/// x times factors. @param factors  [channels]; @param out  may be x
void scale(const float* x, const float* factors, std::int64_t pixels, std::int64_t channels,
           float* out);

/// hard-swish(x times factors), otherwise as scale().
void scale_hard_swish(const float* x, const float* factors, std::int64_t pixels,
                      std::int64_t channels, float* out);

}  // namespace siamtrack::nn::cpu_gate
