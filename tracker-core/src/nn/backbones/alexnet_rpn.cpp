// SPDX-License-Identifier: LGPL-2.1-or-later
#include <array>

#include "nn/backbones/backbones.h"

namespace siamtrack::nn {
namespace {

constexpr std::array<int, 5> kWidths = {96, 256, 384, 384, 256};
constexpr std::array<int, 5> kKernels = {11, 5, 3, 3, 3};
constexpr std::array<int, 5> kConvIndex = {0, 4, 8, 11, 14};  // in the nn.Sequential of DaSiamRPN
constexpr MaxPool kPool{.kernel = 3, .stride = 2};

struct Names {
  std::string conv;
  std::string norm;
};

Names names_of(const AlexNetRpn& shape, const std::string& prefix, std::size_t layer) {
  if (shape.layer_names) {
    const std::string name = prefix + "layer" + std::to_string(layer + 1);
    return {name + ".0", name + ".1"};
  }
  return {prefix + std::to_string(kConvIndex[layer]),
          prefix + std::to_string(kConvIndex[layer] + 1)};
}

}  // namespace

Backbone alexnet_rpn(const AlexNetRpn& shape, const std::string& prefix) {
  Backbone network;
  network.name = shape.name;
  int in = 3;
  for (std::size_t i = 0; i < kWidths.size(); ++i) {
    const Names names = names_of(shape, prefix, i);
    const int out = shape.widening * kWidths[i];
    Sequence stage = {Conv{.name = names.conv,
                           .in = in,
                           .out = out,
                           .kernel = kKernels[i],
                           .stride = i == 0 ? 2 : 1,
                           .bias = true},
                      BatchNorm{names.norm, out}};
    if (i < 2) stage.push_back(kPool);
    if (i + 1 < kWidths.size()) stage.push_back(Activation::kRelu);
    network.stages.push_back(std::move(stage));
    in = out;
  }
  network.outputs = {static_cast<int>(kWidths.size()) - 1};
  network.channels = {in};
  return network;
}

}  // namespace siamtrack::nn
