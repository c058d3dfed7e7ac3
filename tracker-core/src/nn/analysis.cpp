// SPDX-License-Identifier: LGPL-2.1-or-later
#include "nn/analysis.h"

#include <algorithm>

namespace siamtrack::nn {
namespace {

// --- tensors
// --------------------------------------------------------------------------------------

struct ListTensors {
  std::vector<TensorSpec>& specs;

  void run(const Sequence& layers) const {
    for (const Layer& layer : layers) std::visit(*this, layer.kind);
  }
  void operator()(const Conv& conv) const {
    std::vector<std::int64_t> shape = {conv.out, conv.in / conv.groups};
    if (!conv.matrix) shape.insert(shape.end(), 2, conv.kernel);
    specs.push_back({conv.name + ".weight", std::move(shape)});
    if (conv.bias) specs.push_back({conv.name + ".bias", {conv.out}});
  }
  void operator()(const BatchNorm& norm) const {
    specs.push_back({norm.name + ".weight", {norm.channels}});
    specs.push_back({norm.name + ".bias", {norm.channels}});
    specs.push_back({norm.name + ".running_mean", {norm.channels}, false});
    specs.push_back({norm.name + ".running_var", {norm.channels}, false});
  }
  void operator()(const Residual& residual) const {
    run(residual.body);
    run(residual.shortcut);
  }
  void operator()(const Concat& concat) const {
    for (const Sequence& branch : concat.branches) run(branch);
  }
  void operator()(const ChannelGate& gate) const { run(gate.gate); }
  template <typename WithoutTensors>
  void operator()(const WithoutTensors&) const {}
};

// --- sizes and cost
// -------------------------------------------------------------------------------

/// Cells of a map behind a kernel that reaches over `reach` of them; 0 when it does not fit once.
int windows(int size, int padding, int reach, int stride) {
  const int free = size + 2 * padding - reach;
  return free < 0 ? 0 : free / stride + 1;
}

/// Walks a map of `size` through layers and adds up the multiplications.
struct Measure {
  int size;
  std::int64_t macs = 0;

  void run(const Sequence& layers) {
    for (const Layer& layer : layers) std::visit(*this, layer.kind);
  }
  /// A branch that starts from the present map.
  Measure branch(const Sequence& layers, int from) {
    Measure inner{from};
    inner.run(layers);
    macs += inner.macs;
    return inner;
  }
  void operator()(const Conv& conv) {
    const int reach = conv.dilation * (conv.kernel - 1) + 1;
    size = windows(size, conv.padding, reach, conv.stride);
    macs +=
        std::int64_t{size} * size * conv.out * (conv.in / conv.groups) * conv.kernel * conv.kernel;
  }
  void operator()(const MaxPool& pool) {
    size = windows(size, pool.padding, pool.kernel, pool.stride);
  }
  void operator()(const Crop& crop) { size -= 2 * crop.margin; }
  void operator()(const Residual& residual) {
    branch(residual.shortcut, size);
    size = branch(residual.body, size).size;
  }
  void operator()(const Concat& concat) {
    const int from = size;
    for (const Sequence& layers : concat.branches) size = branch(layers, from).size;
  }
  void operator()(const ChannelGate& gate) { branch(gate.gate, 1); }
  void operator()(const BatchNorm&) {}
  void operator()(Activation) {}
};

// --- reach in the input
// ---------------------------------------------------------------------------

/// How far an output cell sees and how far apart two are, in input pixels.
struct Reach {
  ReceptiveField field;
  int stride = 1;

  void run(const Sequence& layers) {
    for (const Layer& layer : layers) std::visit(*this, layer.kind);
  }
  void grow(int cells, int step) {
    field.smallest += cells * stride;
    field.largest += cells * stride;
    stride *= step;
  }
  void merge(const std::vector<Sequence>& branches) {
    const Reach start = *this;
    for (std::size_t i = 0; i < branches.size(); ++i) {
      Reach branch = start;
      branch.run(branches[i]);
      field.smallest =
          i == 0 ? branch.field.smallest : std::min(field.smallest, branch.field.smallest);
      field.largest = std::max(field.largest, branch.field.largest);
      stride = branch.stride;
    }
  }
  void operator()(const Conv& conv) { grow(conv.dilation * (conv.kernel - 1), conv.stride); }
  void operator()(const MaxPool& pool) { grow(pool.kernel - 1, pool.stride); }
  void operator()(const Residual& residual) { run(residual.body); }  // sees all its shortcut sees
  void operator()(const Concat& concat) { merge(concat.branches); }
  template <typename SameCells>
  void operator()(const SameCells&) {}
};

/// All stages up to the last output as one sequence.
Sequence whole(const Backbone& backbone) {
  Sequence layers;
  for (int stage = 0; stage <= backbone.outputs.back(); ++stage) {
    layers.insert(layers.end(), backbone.stages[stage].begin(), backbone.stages[stage].end());
  }
  return layers;
}

Measure measure(const Sequence& layers, int size) {
  Measure result{size};
  result.run(layers);
  return result;
}

Reach reach(const Sequence& layers) {
  Reach result;
  result.run(layers);
  return result;
}

}  // namespace

std::vector<TensorSpec> tensor_specs(const Sequence& layers) {
  std::vector<TensorSpec> specs;
  ListTensors{specs}.run(layers);
  return specs;
}

std::int64_t parameter_count(const std::vector<TensorSpec>& specs) {
  std::int64_t count = 0;
  for (const TensorSpec& spec : specs) {
    std::int64_t numbers = spec.trainable ? 1 : 0;
    for (const std::int64_t extent : spec.shape) numbers *= extent;
    count += numbers;
  }
  return count;
}

std::int64_t parameter_count(const Sequence& layers) {
  return parameter_count(tensor_specs(layers));
}

int output_channels(const Sequence& layers) {
  int channels = 0;
  for (const Layer& layer : layers) {
    if (const auto* conv = std::get_if<Conv>(&layer.kind)) channels = conv->out;
  }
  return channels;
}

int output_size(const Sequence& layers, int size) { return measure(layers, size).size; }
std::int64_t macs(const Sequence& layers, int size) { return measure(layers, size).macs; }
int total_stride(const Sequence& layers) { return reach(layers).stride; }
ReceptiveField receptive_field(const Sequence& layers) { return reach(layers).field; }

std::vector<TensorSpec> tensor_specs(const std::vector<const Sequence*>& parts) {
  std::vector<TensorSpec> all;
  for (const Sequence* part : parts) {
    const std::vector<TensorSpec> more = tensor_specs(*part);
    all.insert(all.end(), more.begin(), more.end());
  }
  return all;
}

std::vector<TensorSpec> tensor_specs(const Backbone& net) { return tensor_specs(whole(net)); }
std::int64_t parameter_count(const Backbone& net) { return parameter_count(whole(net)); }
int output_size(const Backbone& net, int size) { return output_size(whole(net), size); }
std::vector<int> output_sizes(const Backbone& net, int size) {
  std::vector<int> sizes;
  sizes.reserve(net.stages.size());
  for (const Sequence& stage : net.stages) sizes.push_back(size = output_size(stage, size));
  std::vector<int> wanted;
  wanted.reserve(net.outputs.size());
  for (const int output : net.outputs) wanted.push_back(sizes[output]);
  return wanted;
}
std::int64_t macs(const Backbone& net, int size) { return macs(whole(net), size); }
int total_stride(const Backbone& net) { return total_stride(whole(net)); }
ReceptiveField receptive_field(const Backbone& net) { return receptive_field(whole(net)); }

}  // namespace siamtrack::nn
