// SPDX-License-Identifier: LGPL-2.1-or-later
#include "nn/forward.h"

#include <ATen/ATen.h>

#include "nn/cpu_forward.h"
#include "nn/layers.h"

namespace siamtrack::nn {
namespace {

constexpr double kBatchNormMomentum = 0.1;  // weight of the new batch, PyTorch's default

at::Tensor activate(const at::Tensor& x, Activation activation) {
  switch (activation) {
    case Activation::kRelu:
      return x.relu();
    case Activation::kRelu6:
      return at::clamp(x, 0, 6);
    case Activation::kHardSwish:
      return at::hardswish(x);
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
    bool owned = false;  // no one else sees x, so it may be written to
    for (const Layer& layer : layers) {
      const auto* activation = std::get_if<Activation>(&layer.kind);
      if (activation != nullptr && owned && mode == Mode::kInference) {
        x = activate_(std::move(x), *activation);
        continue;
      }
      x = std::visit([&](const auto& kind) { return (*this)(kind, x); }, layer.kind);
      owned = !std::holds_alternative<Crop>(layer.kind);
    }
    return x;
  }

  at::Tensor operator()(const Conv& conv, const at::Tensor& x) const {
    const auto [weight, bias] = conv_weights(conv, weights);
    if (mode == Mode::kInference) return fast_conv2d(x, weight, bias, conv);
    return at::conv2d(x, weight, bias, conv.stride, conv.padding, conv.dilation, conv.groups);
  }

  at::Tensor operator()(const BatchNorm& norm, const at::Tensor& x) const {
    return at::batch_norm(
        x, find(weights, norm.name + ".weight"), find(weights, norm.name + ".bias"),
        find(weights, norm.name + ".running_mean"), find(weights, norm.name + ".running_var"),
        mode == Mode::kTrain, kBatchNormMomentum, norm.eps, /*cudnn_enabled=*/true);
  }

  at::Tensor operator()(Activation activation, const at::Tensor& x) const {
    return activate(x, activation);
  }

  at::Tensor operator()(const MaxPool& pool, const at::Tensor& x) const {
    return at::max_pool2d(x, pool.kernel, pool.stride, pool.padding);
  }

  at::Tensor operator()(const Crop& crop, const at::Tensor& x) const {
    return cropped(x, crop.margin);
  }

  at::Tensor operator()(const Residual& residual, const at::Tensor& x) const {
    at::Tensor body = run(residual.body, x);
    const at::Tensor shortcut = run(residual.shortcut, x);
    const bool owned = mode == Mode::kInference && !std::get_if<Crop>(&residual.body.back().kind);
    return owned ? body.add_(shortcut) : body + shortcut;
  }

  at::Tensor operator()(const Concat& concat, const at::Tensor& x) const {
    std::vector<at::Tensor> parts;
    parts.reserve(concat.branches.size());
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
  if (!x.is_cpu()) return at::conv2d(x, weight, bias, stride, padding, dilation, conv.groups);
  const auto layout = at::MemoryFormat::ChannelsLast;
  return at::mkldnn_convolution(x.contiguous(layout), weight, bias, padding, stride, dilation,
                                conv.groups);
}

at::Tensor forward(const Sequence& layers, const Weights& weights, at::Tensor x, Mode mode) {
  const bool compiled = mode == Mode::kInference && weights.kernels != nullptr && x.is_cpu();
  if (compiled) return cpu_forward(layers, weights, x);
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
