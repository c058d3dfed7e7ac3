// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/mixed_precision.h"

#include <ATen/ATen.h>

namespace siamtrack::training {
namespace {

bool is_convolution(const nn::Weights& weights, const std::string& key) {
  const std::size_t dot = key.rfind('.');
  const auto kernel = weights.find(key.substr(0, dot) + ".weight");
  return kernel != weights.end() && kernel->second.dim() == 4;
}

}  // namespace

nn::Weights with_convolutions_as(const nn::Weights& weights, at::ScalarType type) {
  nn::Weights cast;
  for (const auto& [key, tensor] : weights) {
    cast[key] = is_convolution(weights, key) ? tensor.to(type) : tensor;
  }
  return cast;
}

}  // namespace siamtrack::training
