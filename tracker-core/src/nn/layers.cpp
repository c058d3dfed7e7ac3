// SPDX-License-Identifier: LGPL-2.1-or-later
#include "nn/layers.h"

#include <ATen/ATen.h>

#include "siamtrack/error.h"

namespace siamtrack::nn {

const at::Tensor& find(const Weights& weights, const std::string& key) {
  const auto found = weights.find(key);
  if (found == weights.end()) {
    throw Error(ErrorCode::kModelInvalid, "network weights: expected key " + key + ", found none");
  }
  return found->second;
}

ConvWeights conv_weights(const Conv& conv, const Weights& weights) {
  const std::string key = conv.name + ".weight";
  const at::Tensor& stored = find(weights, key);
  return {conv.matrix ? stored.unsqueeze(-1).unsqueeze(-1) : stored,
          conv.bias ? find(weights, conv.name + ".bias") : at::Tensor()};
}

at::Tensor activate_(at::Tensor x, Activation activation) {
  switch (activation) {
    case Activation::kRelu:
      return x.relu_();
    case Activation::kRelu6:
      return x.clamp_(0, 6);
    case Activation::kHardSwish:
      return at::hardswish_(x);
    case Activation::kHardSigmoid:
      return at::hardsigmoid_(x);
    case Activation::kSigmoid:
      return x.sigmoid_();
  }
  return x;
}

at::Tensor cropped(const at::Tensor& x, int margin) {
  return x.slice(2, margin, x.size(2) - margin).slice(3, margin, x.size(3) - margin);
}

at::Tensor weighted_sum(const std::vector<at::Tensor>& maps, const at::Tensor& weights) {
  const at::Tensor shares = weights.softmax(0).to(maps.front().scalar_type());  // maps: bf16 maybe
  return (at::stack(maps) * shares.view({-1, 1, 1, 1, 1})).sum(0);
}

}  // namespace siamtrack::nn
