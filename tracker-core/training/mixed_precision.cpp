// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/mixed_precision.h"

#include <ATen/ATen.h>

namespace siamtrack::training {
namespace {

/// Not of a normalisation, whose weight has one dimension.
bool is_of_convolution(const nn::Weights& weights, const std::string& key) {
  const std::size_t dot = key.rfind('.');
  const auto kernel = weights.find(key.substr(0, dot) + ".weight");
  return kernel != weights.end() && kernel->second.dim() >= 2;
}

}  // namespace

nn::Weights with_convolutions_as(const nn::Weights& weights, at::ScalarType type) {
  nn::Weights cast;
  for (const auto& [key, tensor] : weights) {
    cast[key] = is_of_convolution(weights, key) ? tensor.to(type) : tensor;
  }
  return cast;
}

at::ScalarType convolution_type(const Recipe& recipe) {
  return recipe.bf16 ? at::kBFloat16 : at::kFloat;
}

}  // namespace siamtrack::training
