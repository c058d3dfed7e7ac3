// SPDX-License-Identifier: LGPL-2.1-or-later
#include "onednn_convolutions.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "nn/onednn_terms.h"

namespace siamtrack::bench {
namespace {

using dnnl::memory;
namespace onednn = nn::onednn;

memory zeros(const memory::desc& desc, const dnnl::engine& engine) {
  memory result(desc, engine);
  std::memset(result.get_data_handle(), 0, desc.get_size());
  return result;
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
    const auto out = static_cast<int>(
        onednn::output_side(size, conv.kernel, conv.stride, conv.padding, conv.dilation));
    owner.steps_.push_back(step(conv, out));
    size = out;
  }

  Step step(const nn::Conv& conv, int out) const {
    const dnnl::engine& engine = owner.engine_;
    const memory::desc source = onednn::nhwc({batch, conv.in, size, size});
    const memory::desc target = onednn::nhwc({batch, conv.out, out, out});
    const memory::desc bias({conv.out}, memory::data_type::f32, memory::format_tag::x);
    const auto fused = activation == nullptr ? std::nullopt : std::optional(*activation);
    const auto desc = onednn::convolution(engine, conv, source, bias, target,
                                          onednn::attributes(add_shortcut, fused));
    return {dnnl::convolution_forward(desc),
            {{DNNL_ARG_SRC, zeros(source, engine)},
             {DNNL_ARG_WEIGHTS, zeros(desc.weights_desc(), engine)},
             {DNNL_ARG_BIAS, zeros(bias, engine)},
             {DNNL_ARG_DST, zeros(target, engine)},
             {DNNL_ARG_SCRATCHPAD, zeros(desc.scratchpad_desc(), engine)}}};
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
    size = static_cast<int>(onednn::output_side(size, pool.kernel, pool.stride, pool.padding, 1));
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
