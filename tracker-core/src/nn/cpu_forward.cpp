// SPDX-License-Identifier: LGPL-2.1-or-later
#include "nn/cpu_forward.h"

#include <ATen/ATen.h>

#include <span>

#include "nn/cpu_gate.h"
#include "nn/cpu_kernels.h"
#include "nn/forward.h"
#include "nn/layers.h"

namespace siamtrack::nn {
namespace {

using After = CpuKernels::After;

/// Runs layers one by one. Every layer gives a tensor of its own, never its input or a view of it.
struct CpuRunner {
  const Weights& weights;
  CpuKernels& kernels;

  at::Tensor run(std::span<const Layer> layers, at::Tensor x) const {
    for (std::size_t i = 0; i < layers.size(); ++i) {
      const Activation* next =
          i + 1 < layers.size() ? std::get_if<Activation>(&layers[i + 1].kind) : nullptr;
      After after;
      if (next != nullptr) after.activation = *next;
      if (const auto* conv = std::get_if<Conv>(&layers[i].kind)) {
        x = convolve(*conv, x, after);
      } else if (const auto* residual = std::get_if<Residual>(&layers[i].kind)) {
        x = add_shortcut(*residual, x, after);
      } else if (const auto* channels = std::get_if<ChannelGate>(&layers[i].kind)) {
        x = gate(*channels, x, after, /*in_place=*/i > 0);
      } else if (const auto* activation = std::get_if<Activation>(&layers[i].kind)) {
        x = activate_(i > 0 ? x : copy(x), *activation);
        continue;
      } else {
        x = std::visit([&](const auto& kind) { return (*this)(kind, x); }, layers[i].kind);
        continue;
      }
      if (next != nullptr) ++i;  // is done
    }
    return x;
  }

  at::Tensor convolve(const Conv& conv, const at::Tensor& x, const After& after) const {
    return kernels.convolve(x, conv, weights, after);
  }

  /// body(x) + shortcut(x) inside of the body's last convolution.
  at::Tensor add_shortcut(const Residual& residual, const at::Tensor& x, After after) const {
    after.sum = residual.shortcut.empty() ? copy(x) : run(residual.shortcut, x);
    const std::span<const Layer> body(residual.body);
    const auto* last = std::get_if<Conv>(&body.back().kind);
    if (last != nullptr) return convolve(*last, run(body.first(body.size() - 1), x), after);
    after.sum.add_(run(body, x));
    return after.activation ? activate_(after.sum, *after.activation) : after.sum;
  }

  at::Tensor copy(const at::Tensor& x) const { return kernels.empty(x.sizes()).copy_(x); }

  at::Tensor operator()(Activation activation, const at::Tensor& x) const {
    return activate_(copy(x), activation);
  }

  at::Tensor operator()(const MaxPool& pool, const at::Tensor& x) const {
    return kernels.max_pool(x, pool);
  }

  at::Tensor operator()(const Crop& crop, const at::Tensor& x) const {
    return copy(cropped(x, crop.margin));
  }

  at::Tensor operator()(const Concat& concat, const at::Tensor& x) const {
    std::vector<at::Tensor> parts;
    std::int64_t channels = 0;
    for (const Sequence& branch : concat.branches) {
      parts.push_back(run(branch, x));
      channels += parts.back().size(1);
    }
    const at::Tensor& first = parts.front();
    at::Tensor all = kernels.empty({first.size(0), channels, first.size(2), first.size(3)});
    return at::cat_out(all, parts, 1);
  }

  at::Tensor gate(const ChannelGate& gate, const at::Tensor& input, const After& after,
                  bool in_place) const {
    const bool dense = input.is_contiguous(at::MemoryFormat::ChannelsLast);
    const at::Tensor x = dense ? input : copy(input);
    const std::int64_t batch = x.size(0), channels = x.size(1), pixels = x.size(2) * x.size(3);
    const at::Tensor means = kernels.empty({batch, channels, 1, 1});
    const auto* const in = x.data_ptr<float>();
    for (std::int64_t b = 0; b < batch; ++b) {
      cpu_gate::means(in + b * pixels * channels, pixels, channels,
                      means.data_ptr<float>() + b * channels);
    }
    const at::Tensor factors = run(gate.gate, means);
    const at::Tensor out = in_place || !dense ? x : kernels.empty(x.sizes());
    const bool fused = after.activation == Activation::kHardSwish;
    for (std::int64_t b = 0; b < batch; ++b) {
      (fused ? cpu_gate::scale_hard_swish : cpu_gate::scale)(
          in + b * pixels * channels, factors.data_ptr<float>() + b * channels, pixels, channels,
          out.data_ptr<float>() + b * pixels * channels);
    }
    return fused || !after.activation ? out : activate_(out, *after.activation);
  }

  at::Tensor operator()(const BatchNorm& norm, const at::Tensor& x) const {
    return forward(Sequence{norm}, weights, x, Mode::kEval);
  }

  at::Tensor operator()(const Conv& conv, const at::Tensor& x) const {
    return convolve(conv, x, {});
  }
  at::Tensor operator()(const ChannelGate& channels, const at::Tensor& x) const {
    return gate(channels, x, {}, /*in_place=*/false);
  }
  at::Tensor operator()(const Residual& residual, const at::Tensor& x) const {
    return add_shortcut(residual, x, {});
  }
};

}  // namespace

at::Tensor cpu_forward(const Sequence& layers, const Weights& weights, const at::Tensor& x) {
  return CpuRunner{weights, *weights.kernels}.run(layers, x);
}

}  // namespace siamtrack::nn
