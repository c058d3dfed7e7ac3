// SPDX-License-Identifier: LGPL-2.1-or-later
#include "nn/backbones/backbones.h"

namespace siamtrack::nn {
namespace {

constexpr double kEps = 1e-6;  // siamfc-pytorch; PyTorch's default is 1e-5

/// Convolution, normalisation and ReLU under the names of siamfc-pytorch's nn.Sequential.
Sequence block(Conv conv) {
  const std::string name = conv.name;
  conv.name += ".0";
  conv.bias = true;
  const int channels = conv.out;
  return {std::move(conv), BatchNorm{name + ".1", channels, kEps}, Activation::kRelu};
}

/// What the three networks of siamfc-pytorch's backbones.py differ in.
struct Shape {
  const char* name;
  int widths[5];
  int groups;       ///< of the 2nd, 4th and 5th convolution
  int pool_stride;  ///< of the second pooling
  bool last_norm;   ///< normalisation behind the last convolution
};

Backbone alexnet(const Shape& shape, const std::string& prefix) {
  constexpr int kKernels[] = {11, 5, 3, 3, 3};
  Backbone network{shape.name, {}, {4}, {shape.widths[4]}};
  int in = 3;
  for (int i = 0; i < 5; ++i) {
    const bool grouped = i == 1 || i >= 3;
    Sequence layers = block({.name = prefix + "conv" + std::to_string(i + 1),
                             .in = in,
                             .out = shape.widths[i],
                             .kernel = kKernels[i],
                             .stride = i == 0 ? 2 : 1,
                             .groups = grouped ? shape.groups : 1});
    if (i < 2) layers.push_back(MaxPool{.kernel = 3, .stride = i == 0 ? 2 : shape.pool_stride});
    if (i == 4) layers.resize(shape.last_norm ? 2 : 1, layers.front());  // no ReLU
    network.stages.push_back(std::move(layers));
    in = shape.widths[i];
  }
  return network;
}

}  // namespace

Backbone alexnet_siamfc(const std::string& prefix) {
  return alexnet({"alexnet", {96, 256, 384, 384, 256}, 2, 2, false}, prefix);
}

Backbone alexnet_siamfc_v2(const std::string& prefix) {
  return alexnet({"alexnet-v2", {96, 256, 384, 384, 32}, 2, 1, false}, prefix);
}

Backbone alexnet_siamfc_v3(const std::string& prefix) {
  return alexnet({"alexnet-v3", {192, 512, 768, 768, 512}, 1, 2, true}, prefix);
}

}  // namespace siamtrack::nn
