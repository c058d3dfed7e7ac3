// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <ATen/ATen.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "nn/analysis.h"
#include "nn/weights.h"

/// Numbers that tests/golden/rpn_networks.py draws in the same way.
namespace siamtrack::testing {

/// CRC-32 of zlib.
inline std::uint32_t crc32_of(const std::string& text) {
  std::uint32_t crc = ~0U;
  for (const char c : text) {
    crc ^= static_cast<std::uint8_t>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1U) ? 0xEDB88320U : 0U);
  }
  return ~crc;
}

/// `count` numbers in [-1, 1) that depend on name and index alone.
inline at::Tensor hash_uniform(const std::string& name, std::int64_t count) {
  const at::Tensor values = at::empty({count}, at::kDouble);
  double* out = values.data_ptr<double>();
  const std::uint32_t seed = crc32_of(name);
  for (std::int64_t i = 0; i < count; ++i) {
    auto x = static_cast<std::uint32_t>(i) * 2654435761U + seed;
    for (int round = 0; round < 2; ++round) x = ((x >> 16) ^ x) * 0x45D9F3BU;
    x = (x >> 16) ^ x;
    out[i] = x / 2147483648.0 - 1;
  }
  return values;
}

inline at::Tensor hash_weight(const nn::TensorSpec& spec) {
  std::int64_t count = 1;
  for (const std::int64_t extent : spec.shape) count *= extent;
  at::Tensor value = hash_uniform(spec.key, count);
  if (spec.shape.size() == 4 || spec.shape.size() == 2) {
    value.mul_(std::sqrt(6.0 * static_cast<double>(spec.shape[0]) / static_cast<double>(count)));
  } else if (spec.key.ends_with("running_var") || spec.key.ends_with("weight")) {
    value.mul_(0.25).add_(1);
  } else {
    value.mul_(0.1);
  }
  return value.to(at::kFloat).view(spec.shape);
}

inline nn::Weights hash_weights(const std::vector<nn::TensorSpec>& specs) {
  nn::Weights weights;
  for (const nn::TensorSpec& spec : specs) weights[spec.key] = hash_weight(spec);
  return weights;
}

/// [1, 3, size, size] in [0, 255).
inline at::Tensor hash_image(const std::string& name, std::int64_t size) {
  return ((hash_uniform(name, 3 * size * size) + 1) * 127.5)
      .to(at::kFloat)
      .view({1, 3, size, size});
}

}  // namespace siamtrack::testing
