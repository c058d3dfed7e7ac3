// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "nn/blueprint.h"

/// What can be read off a blueprint without running it. Inputs are square, `size` x `size` pixels,
/// one image.
namespace siamtrack::nn {

/// A tensor that a network needs.
struct TensorSpec {
  std::string key;
  std::vector<std::int64_t> shape;
  bool trainable = true;  ///< false: running statistics
};

/// Every tensor, in the order of PyTorch's state_dict, without num_batches_tracked.
std::vector<TensorSpec> tensor_specs(const Sequence& layers);
std::vector<TensorSpec> tensor_specs(const Backbone& backbone);
std::vector<TensorSpec> tensor_specs(const std::vector<const Sequence*>& parts);

/// Trainable numbers.
std::int64_t parameter_count(const std::vector<TensorSpec>& specs);
std::int64_t parameter_count(const Sequence& layers);
std::int64_t parameter_count(const Backbone& backbone);

/// Side of the output map, in cells; 0 or less when the input is too small for a layer.
int output_size(const Sequence& layers, int size);
int output_size(const Backbone& backbone, int size);

/// Channels behind the last convolution of `layers`; 0 without one.
int output_channels(const Sequence& layers);

/// Side of each of the backbone's outputs, in cells.
std::vector<int> output_sizes(const Backbone& backbone, int size);

/// Multiplications of the convolutions, biases and normalisation not counted.
std::int64_t macs(const Sequence& layers, int size);
std::int64_t macs(const Backbone& backbone, int size);

/// Input pixels between two neighbouring output cells.
int total_stride(const Sequence& layers);
int total_stride(const Backbone& backbone);

/// Side of the input area that one output cell sees, px: along the narrowest and the widest branch
/// of every Concat (SiamDW sec. 3.1). What a ChannelGate averages over is not counted.
struct ReceptiveField {
  int smallest = 1;
  int largest = 1;
  bool operator==(const ReceptiveField&) const = default;
};
ReceptiveField receptive_field(const Sequence& layers);
ReceptiveField receptive_field(const Backbone& backbone);

}  // namespace siamtrack::nn
