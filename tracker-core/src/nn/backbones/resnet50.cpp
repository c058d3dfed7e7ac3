// SPDX-License-Identifier: LGPL-2.1-or-later
#include <array>

#include "nn/backbones/backbones.h"

namespace siamtrack::nn {
namespace {

/// One stage of the tracking ResNet-50: stride 8 in total, later stages dilated instead.
struct Stage {
  int blocks;
  int width;
  int stride;
  int first_dilation;  ///< of the 3x3 convolution of the first block
  int other_dilation;
};

constexpr std::array<Stage, 4> kStages = {
    {{3, 64, 1, 1, 1}, {4, 128, 2, 1, 1}, {6, 256, 1, 1, 2}, {3, 512, 1, 2, 4}}};
constexpr int kExpansion = 4;

/// Where the tracking versions of ResNet-50 differ beside their number of stages.
enum class Style {
  kPysot,        ///< 3x3 shortcuts behind the first stage, no padding where they stride
  kTorchvision,  ///< 1x1 shortcuts, padding everywhere but in the first pooling (SiamMargin)
};

/// The 3x3 convolution of a block, also of a 3x3 shortcut.
Conv spatial(const std::string& name, int in, int out, int stride, int dilation, Style style) {
  const bool padded = stride == 1 || style == Style::kTorchvision;
  return {.name = name,
          .in = in,
          .out = out,
          .kernel = 3,
          .stride = stride,
          .padding = padded ? dilation : 0,
          .dilation = dilation};
}

Conv shortcut(const std::string& name, int in, const Stage& stage, Style style) {
  const int out = kExpansion * stage.width;
  const bool wide = style == Style::kPysot && &stage != &kStages.front();
  if (wide) return spatial(name, in, out, stage.stride, stage.first_dilation, style);
  return {.name = name, .in = in, .out = out, .stride = stage.stride};
}

void append_block(Sequence& layers, const std::string& name, int in, const Stage& stage, bool first,
                  Style style) {
  const int out = kExpansion * stage.width;
  const int stride = first ? stage.stride : 1;
  const int dilation = first ? stage.first_dilation : stage.other_dilation;
  Residual block;
  block.body = {Conv{.name = name + ".conv1", .in = in, .out = stage.width},
                BatchNorm{name + ".bn1", stage.width},
                Activation::kRelu,
                spatial(name + ".conv2", stage.width, stage.width, stride, dilation, style),
                BatchNorm{name + ".bn2", stage.width},
                Activation::kRelu,
                Conv{.name = name + ".conv3", .in = stage.width, .out = out},
                BatchNorm{name + ".bn3", out}};
  if (first) {
    block.shortcut = {shortcut(name + ".downsample.0", in, stage, style),
                      BatchNorm{name + ".downsample.1", out}};
  }
  layers.push_back(std::move(block));
  layers.push_back(Activation::kRelu);
}

/// All four stages behind the stem.
Backbone resnet50(const std::string& prefix, Style style) {
  constexpr int kStem = 64;
  Backbone network;
  network.name = "resnet50";
  network.stages.push_back(
      {Conv{.name = prefix + "conv1", .in = 3, .out = kStem, .kernel = 7, .stride = 2},
       BatchNorm{prefix + "bn1", kStem}, Activation::kRelu});
  int in = kStem;
  for (std::size_t i = 0; i < kStages.size(); ++i) {
    Sequence layers;
    const int pool_padding = style == Style::kPysot ? 1 : 0;
    if (i == 0) layers.push_back(MaxPool{.kernel = 3, .stride = 2, .padding = pool_padding});
    const std::string name = prefix + "layer" + std::to_string(i + 1) + ".";
    for (int block = 0; block < kStages[i].blocks; ++block) {
      append_block(layers, name + std::to_string(block), in, kStages[i], block == 0, style);
      in = kExpansion * kStages[i].width;
    }
    network.stages.push_back(std::move(layers));
  }
  network.outputs = {2, 3, 4};
  network.channels = {512, 1024, 2048};
  return network;
}

}  // namespace

Backbone resnet50_rpn(const std::string& prefix) { return resnet50(prefix, Style::kPysot); }

Backbone resnet50_siammask_plus_plus(const std::string& prefix) {
  Backbone network = resnet50_rpn(prefix);
  network.name = "resnet50-all";
  network.outputs = {0, 1, 2, 3, 4};
  network.channels = {64, 256, 512, 1024, 2048};
  return network;
}

Backbone resnet50_siammargin(const std::string& prefix) {
  Backbone network = resnet50(prefix, Style::kTorchvision);
  network.name = "resnet50-layer3-torchvision";
  network.stages.pop_back();
  network.outputs = {3};
  network.channels = {1024};
  return network;
}

Backbone resnet50_siammask(const std::string& prefix) {
  Backbone network = resnet50_rpn(prefix);
  network.name = "resnet50-layer3";
  network.stages.pop_back();
  network.outputs = {0, 1, 2, 3};
  network.channels = {64, 256, 512, 1024};
  return network;
}

}  // namespace siamtrack::nn
