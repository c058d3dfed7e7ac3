// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <string>
#include <variant>
#include <vector>

/// Networks as plain data. A blueprint says which layers a network has and under which names their
/// weights are stored; everything else is read off it: key and shape tables and counts
/// (analysis.h), faster equivalent forms (rewrite.h), and the forward pass (forward.h).
namespace siamtrack::nn {

/// 2-D convolution. Weights `NAME.weight` [out, in/groups, kernel, kernel], `NAME.bias` [out].
struct Conv {
  std::string name;
  int in = 0;
  int out = 0;
  int kernel = 1;
  int stride = 1;
  int padding = 0;
  int dilation = 1;
  int groups = 1;
  bool bias = false;
  bool matrix = false;  ///< 1x1 whose weight is stored as a fully connected layer's [out, in]
};

/// Batch normalisation. `NAME.weight`, `.bias`, `.running_mean`, `.running_var` [channels].
struct BatchNorm {
  std::string name;
  int channels = 0;
  double eps = 1e-5;
};

enum class Activation { kRelu, kRelu6, kHardSwish, kHardSigmoid, kSigmoid };

struct MaxPool {
  int kernel = 2;
  int stride = 2;
  int padding = 0;
};

/// Cuts `margin` cells off each of the four sides.
struct Crop {
  int margin = 1;
};

struct Layer;
using Sequence = std::vector<Layer>;

/// body(x) + shortcut(x); an empty shortcut is the identity.
struct Residual {
  Sequence body;
  Sequence shortcut;
};

/// Channels of all branches one after the other.
struct Concat {
  std::vector<Sequence> branches;
};

/// x * gate(global average of x); gate is a sequence on 1x1 maps (squeeze and excitation).
struct ChannelGate {
  Sequence gate;
};

/// One step of a network.
struct Layer {
  using Kind =
      std::variant<Conv, BatchNorm, Activation, MaxPool, Crop, Residual, Concat, ChannelGate>;
  Kind kind;
  template <typename T>
  Layer(T layer) : kind(std::move(layer)) {}  // NOLINT(google-explicit-constructor)
};

/// A feature extractor: stages in order; the features of `outputs` leave it.
struct Backbone {
  std::string name;
  std::vector<Sequence> stages;
  std::vector<int> outputs;   ///< indices into stages, ascending
  std::vector<int> channels;  ///< channels of each output
};

}  // namespace siamtrack::nn
