// SPDX-License-Identifier: LGPL-2.1-or-later
#include "nn/forward.h"

#include <ATen/ATen.h>

#include "siamtrack/error.h"

namespace siamtrack::nn {
namespace {

constexpr double kBatchNormMomentum = 0.1;  // weight of the new batch, PyTorch's default

const at::Tensor& find(const Weights& weights, const std::string& key) {
  const auto found = weights.find(key);
  if (found == weights.end()) {
    throw Error(ErrorCode::kModelInvalid, "network weights: expected key " + key + ", found none");
  }
  return found->second;
}

at::Tensor optional_bias(const Weights& weights, const Conv& conv) {
  return conv.bias ? find(weights, conv.name + ".bias") : at::Tensor();
}

at::Tensor activate(at::Tensor x, Activation activation, Mode mode) {
  const bool in_place = mode == Mode::kInference;
  switch (activation) {
    case Activation::kRelu:
      return in_place ? x.relu_() : x.relu();
    case Activation::kRelu6:
      return in_place ? x.clamp_(0, 6) : at::clamp(x, 0, 6);
    case Activation::kHardSwish:
      return in_place ? at::hardswish_(x) : at::hardswish(x);
    case Activation::kHardSigmoid:
      return at::hardsigmoid(x);
    case Activation::kSigmoid:
      return at::sigmoid(x);
  }
  return x;
}

struct Runner {
  const Weights& weights;
  Mode mode;

  at::Tensor run(const Sequence& layers, at::Tensor x) const {
    for (const Layer& layer : layers) {
      x = std::visit([&](const auto& kind) { return (*this)(kind, std::move(x)); }, layer.kind);
    }
    return x;
  }

  at::Tensor operator()(const Conv& conv, const at::Tensor& x) const {
    const at::Tensor& stored = find(weights, conv.name + ".weight");
    const at::Tensor weight = conv.matrix ? stored.unsqueeze(-1).unsqueeze(-1) : stored;
    const at::Tensor bias = optional_bias(weights, conv);
    if (mode == Mode::kInference) return fast_conv2d(x, weight, bias, conv);
    return at::conv2d(x, weight, bias, conv.stride, conv.padding, conv.dilation, conv.groups);
  }

  at::Tensor operator()(const BatchNorm& norm, const at::Tensor& x) const {
    return at::batch_norm(x, find(weights, norm.name + ".weight"),
                          find(weights, norm.name + ".bias"),
                          find(weights, norm.name + ".running_mean"),
                          find(weights, norm.name + ".running_var"), mode == Mode::kTrain,
                          kBatchNormMomentum, norm.eps, /*cudnn_enabled=*/true);
  }

  at::Tensor operator()(Activation activation, at::Tensor x) const {
    return activate(std::move(x), activation, mode);
  }

  at::Tensor operator()(const MaxPool& pool, const at::Tensor& x) const {
    return at::max_pool2d(x, pool.kernel, pool.stride, pool.padding);
  }

  at::Tensor operator()(const Crop& crop, const at::Tensor& x) const {
    const int m = crop.margin;
    return x.slice(2, m, x.size(2) - m).slice(3, m, x.size(3) - m);
  }

  at::Tensor operator()(const Residual& residual, const at::Tensor& x) const {
    const at::Tensor body = run(residual.body, x);
    const at::Tensor shortcut = run(residual.shortcut, x);
    return mode == Mode::kInference ? body.add_(shortcut) : body + shortcut;
  }

  at::Tensor operator()(const Concat& concat, const at::Tensor& x) const {
    std::vector<at::Tensor> parts;
    for (const Sequence& branch : concat.branches) parts.push_back(run(branch, x));
    return at::cat(parts, 1);
  }

  at::Tensor operator()(const ChannelGate& gate, const at::Tensor& x) const {
    return x * run(gate.gate, x.mean({2, 3}, /*keepdim=*/true));
  }
};

}  // namespace

at::Tensor fast_conv2d(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                       const Conv& conv) {
  const std::vector<std::int64_t> stride(2, conv.stride);
  const std::vector<std::int64_t> padding(2, conv.padding);
  const std::vector<std::int64_t> dilation(2, conv.dilation);
  if (x.is_cuda()) return at::conv2d(x, weight, bias, stride, padding, dilation, conv.groups);
  const auto layout = at::MemoryFormat::ChannelsLast;
  return at::mkldnn_convolution(x.contiguous(layout), weight, bias, padding, stride, dilation,
                                conv.groups);
}

at::Tensor forward(const Sequence& layers, const Weights& weights, at::Tensor x, Mode mode) {
  return Runner{weights, mode}.run(layers, std::move(x));
}

std::vector<at::Tensor> forward(const Backbone& backbone, const Weights& weights, at::Tensor x,
                                Mode mode) {
  std::vector<at::Tensor> features;
  auto wanted = backbone.outputs.begin();
  for (std::size_t stage = 0; stage < backbone.stages.size(); ++stage) {
    x = forward(backbone.stages[stage], weights, std::move(x), mode);
    if (wanted != backbone.outputs.end() && static_cast<std::size_t>(*wanted) == stage) {
      features.push_back(x);
      ++wanted;
    }
  }
  return features;
}

}  // namespace siamtrack::nn
