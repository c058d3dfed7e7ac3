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

}  // namespace

Backbone alexnet_siamfc(const std::string& prefix) {
  const std::string name = prefix + "conv";
  const MaxPool pool{.kernel = 3, .stride = 2};
  Sequence conv1 = block({.name = name + "1", .in = 3, .out = 96, .kernel = 11, .stride = 2});
  conv1.push_back(pool);
  Sequence conv2 = block({.name = name + "2", .in = 96, .out = 256, .kernel = 5, .groups = 2});
  conv2.push_back(pool);
  Sequence conv3 = block({.name = name + "3", .in = 256, .out = 384, .kernel = 3});
  Sequence conv4 = block({.name = name + "4", .in = 384, .out = 384, .kernel = 3, .groups = 2});
  Sequence conv5 = {
      Conv{.name = name + "5.0", .in = 384, .out = 256, .kernel = 3, .groups = 2, .bias = true}};
  return {
      "alexnet",
      {std::move(conv1), std::move(conv2), std::move(conv3), std::move(conv4), std::move(conv5)},
      {4},
      {256}};
}

}  // namespace siamtrack::nn
