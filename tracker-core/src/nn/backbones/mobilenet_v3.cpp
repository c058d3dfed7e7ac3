// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <array>
#include <cmath>

#include "nn/backbones/backbones.h"

namespace siamtrack::nn {
namespace {

/// One row of MobileNetV3's table 2 (Howard et al. 2019).
struct Block {
  int kernel;
  int expanded;
  int out;
  bool squeeze;
  Activation activation;
  int stride;
};

// NanoTrack's rows: table 2 with total stride 16 and fewer channels in block 7 and after.
constexpr int kStemWidth = 16;
constexpr std::array<Block, 9> kBlocks = {{{3, 16, 16, true, Activation::kRelu, 2},
                                           {3, 72, 24, false, Activation::kRelu, 2},
                                           {3, 88, 24, false, Activation::kRelu, 1},
                                           {5, 96, 40, true, Activation::kHardSwish, 2},
                                           {5, 240, 40, true, Activation::kHardSwish, 1},
                                           {5, 240, 40, true, Activation::kHardSwish, 1},
                                           {5, 120, 48, true, Activation::kHardSwish, 1},
                                           {5, 144, 48, true, Activation::kHardSwish, 1},
                                           {5, 288, 96, true, Activation::kHardSwish, 1}}};

/// Width of the squeeze layer: a quarter, as a multiple of 8 that is at most 10 % too small
/// (MobileNetV3's make_divisible).
int squeezed(int channels) {
  constexpr int kDivisor = 8;
  const int wanted = channels / 4;
  const int rounded = std::max(kDivisor, (wanted + kDivisor / 2) / kDivisor * kDivisor);
  return 10 * rounded < 9 * wanted ? rounded + kDivisor : rounded;
}

/// Squeeze and excitation; its fully connected layers are 1x1 convolutions of the pooled map.
ChannelGate squeeze_excite(const std::string& name, int channels) {
  const int inner = squeezed(channels);
  return {{Conv{.name = name + ".fc.0", .in = channels, .out = inner, .bias = true, .matrix = true},
           Activation::kRelu,
           Conv{.name = name + ".fc.2", .in = inner, .out = channels, .bias = true, .matrix = true},
           Activation::kHardSigmoid}};
}

Conv depthwise(const std::string& name, const Block& block) {
  return {.name = name,
          .in = block.expanded,
          .out = block.expanded,
          .kernel = block.kernel,
          .stride = block.stride,
          .padding = (block.kernel - 1) / 2,
          .groups = block.expanded};
}

/// A block without expansion: depthwise, squeeze, project.
Sequence narrow_body(const std::string& name, const Block& block) {
  Sequence body = {depthwise(name + ".0", block), BatchNorm{name + ".1", block.expanded},
                   block.activation};
  if (block.squeeze) body.push_back(squeeze_excite(name + ".3", block.expanded));
  body.push_back(Conv{.name = name + ".4", .in = block.expanded, .out = block.out});
  body.push_back(BatchNorm{name + ".5", block.out});
  return body;
}

/// Expand, depthwise, squeeze, project.
Sequence wide_body(const std::string& name, const Block& block, int in) {
  Sequence body = {Conv{.name = name + ".0", .in = in, .out = block.expanded},
                   BatchNorm{name + ".1", block.expanded}, block.activation,
                   depthwise(name + ".3", block), BatchNorm{name + ".4", block.expanded}};
  if (block.squeeze) body.push_back(squeeze_excite(name + ".5", block.expanded));
  body.push_back(block.activation);
  body.push_back(Conv{.name = name + ".7", .in = block.expanded, .out = block.out});
  body.push_back(BatchNorm{name + ".8", block.out});
  return body;
}

Sequence make_block(const std::string& name, const Block& block, int in) {
  Sequence body = block.expanded == in ? narrow_body(name, block) : wide_body(name, block, in);
  if (block.stride == 1 && in == block.out) return {Residual{std::move(body), {}}};
  return body;
}

}  // namespace

int scaled_channels(int channels, double width) {
  constexpr int kDivisor = 8;  // what vector instructions like
  const auto steps = static_cast<int>(std::lround(channels * width / kDivisor));
  return std::max(1, steps) * kDivisor;
}

Backbone mobilenet_v3_nanotrack(int version, const std::string& prefix, double width) {
  const int stem = scaled_channels(kStemWidth, width);
  const std::string features = prefix + "features.";
  Backbone network;
  network.name = "mobilenetv3-v" + std::to_string(version);
  network.stages.push_back(
      {Conv{.name = features + "0.0", .in = 3, .out = stem, .kernel = 3, .stride = 2, .padding = 1},
       BatchNorm{features + "0.1", stem}, Activation::kHardSwish});
  const std::size_t blocks = version == 3 ? 9 : 8;
  int in = stem;
  for (std::size_t i = 0; i < blocks; ++i) {
    const std::string name = features + std::to_string(i + 1) + ".conv";
    Block block = kBlocks[i];
    block.expanded = scaled_channels(block.expanded, width);
    block.out = scaled_channels(block.out, width);
    network.stages.push_back(make_block(name, block, in));
    in = block.out;
  }
  network.outputs = {static_cast<int>(blocks)};
  network.channels = {in};
  return network;
}

}  // namespace siamtrack::nn
