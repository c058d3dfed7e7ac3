// SPDX-License-Identifier: LGPL-2.1-or-later
#include "onednn_convolutions.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace siamtrack::bench {
namespace {

using dnnl::memory;

memory::desc nhwc(int batch, int channels, int size) {
  return {{batch, channels, size, size}, memory::data_type::f32, memory::format_tag::nhwc};
}

memory zeros(const memory::desc& desc, const dnnl::engine& engine) {
  memory result(desc, engine);
  std::memset(result.get_data_handle(), 0, desc.get_size());
  return result;
}

void append(dnnl::post_ops& operations, nn::Activation activation) {
  using dnnl::algorithm;
  switch (activation) {
    case nn::Activation::kRelu:
      return operations.append_eltwise(1, algorithm::eltwise_relu, 0, 0);
    case nn::Activation::kRelu6:
      return operations.append_eltwise(1, algorithm::eltwise_clip, 0, 6);
    case nn::Activation::kHardSwish:
      return operations.append_eltwise(1, algorithm::eltwise_hardswish, 0, 0);
    case nn::Activation::kHardSigmoid:  // oneDNN 2.6 has none; the gates' maps are 1x1
    case nn::Activation::kSigmoid:
      return operations.append_eltwise(1, algorithm::eltwise_logistic, 0, 0);
  }
}

}  // namespace

/// Walks the network with the side of its maps and makes a step of every convolution.
struct OneDnnConvolutions::Builder {
  OneDnnConvolutions& owner;
  int batch;
  int size;
  bool add_shortcut = false;  // the convolution at hand ends the body of a Residual
  const nn::Activation* activation = nullptr;  // follows the layer at hand

  void run(const nn::Sequence& layers, bool adds = false, const nn::Activation* after = nullptr) {
    for (std::size_t i = 0; i < layers.size(); ++i) {
      const bool last = i + 1 == layers.size();
      add_shortcut = last && adds;
      activation = last ? after : std::get_if<nn::Activation>(&layers[i + 1].kind);
      std::visit(*this, layers[i].kind);
    }
  }

  void operator()(const nn::Conv& conv) {
    const int reach = conv.dilation * (conv.kernel - 1) + 1;
    const int out = (size + 2 * conv.padding - reach) / conv.stride + 1;
    owner.steps_.push_back(step(conv, out));
    size = out;
  }

  Step step(const nn::Conv& conv, int out) const {
    const memory::desc source = nhwc(batch, conv.in, size);
    const memory::desc target = nhwc(batch, conv.out, out);
    memory::dims shape = {conv.out, conv.in / conv.groups, conv.kernel, conv.kernel};
    if (conv.groups > 1) {
      shape[0] /= conv.groups;
      shape.insert(shape.begin(), conv.groups);
    }
    const memory::desc weight(shape, memory::data_type::f32, memory::format_tag::any);
    const memory::desc bias({conv.out}, memory::data_type::f32, memory::format_tag::x);
    const memory::dims strides(2, conv.stride), pad(2, conv.padding),
        dilation(2, conv.dilation - 1);
    const dnnl::convolution_forward::desc operation(
        dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct, source, weight,
        bias, target, strides, dilation, pad, pad);
    const dnnl::convolution_forward::primitive_desc desc(operation, attributes(), owner.engine_);
    return {dnnl::convolution_forward(desc),
            {{DNNL_ARG_SRC, zeros(source, owner.engine_)},
             {DNNL_ARG_WEIGHTS, zeros(desc.weights_desc(), owner.engine_)},
             {DNNL_ARG_BIAS, zeros(bias, owner.engine_)},
             {DNNL_ARG_DST, zeros(target, owner.engine_)}}};
  }

  dnnl::primitive_attr attributes() const {
    dnnl::post_ops operations;
    if (add_shortcut) operations.append_sum(1);
    if (activation != nullptr) append(operations, *activation);
    dnnl::primitive_attr result;
    result.set_post_ops(operations);
    return result;
  }

  void operator()(const nn::Residual& residual) {
    const int from = size;
    const nn::Activation* after = activation;
    run(residual.shortcut);
    size = from;
    run(residual.body, /*adds=*/true, after);
  }

  void operator()(const nn::Concat& concat) {
    const int from = size;
    for (const nn::Sequence& branch : concat.branches) {
      size = from;
      run(branch);
    }
  }

  void operator()(const nn::ChannelGate& gate) {
    const int from = std::exchange(size, 1);
    run(gate.gate);
    size = from;
  }

  void operator()(const nn::MaxPool& pool) {
    size = (size + 2 * pool.padding - pool.kernel) / pool.stride + 1;
  }
  void operator()(const nn::Crop& crop) { size -= 2 * crop.margin; }
  void operator()(const nn::BatchNorm&) {}
  void operator()(nn::Activation) {}
};

OneDnnConvolutions::OneDnnConvolutions(const nn::Backbone& folded, int batch, int size)
    : engine_(dnnl::engine::kind::cpu, 0), stream_(engine_) {
  Builder builder{*this, batch, size};
  for (const nn::Sequence& stage : folded.stages) builder.run(stage);
}

void OneDnnConvolutions::run() {
  for (const Step& step : steps_) step.primitive.execute(stream_, step.arguments);
  stream_.wait();
}

}  // namespace siamtrack::bench
