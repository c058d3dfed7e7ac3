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
  int shortcut_kernel;  ///< differs from torchvision, whose shortcuts are all 1x1
};

constexpr std::array<Stage, 4> kStages = {
    {{3, 64, 1, 1, 1, 1}, {4, 128, 2, 1, 1, 3}, {6, 256, 1, 1, 2, 3}, {3, 512, 1, 2, 4, 3}}};
constexpr int kExpansion = 4;

/// The 3x3 convolution of a block, also of a 3x3 shortcut: no padding where it strides.
Conv spatial(const std::string& name, int in, int out, int stride, int dilation) {
  return {.name = name,
          .in = in,
          .out = out,
          .kernel = 3,
          .stride = stride,
          .padding = stride == 1 ? dilation : 0,
          .dilation = dilation};
}

void append_block(Sequence& layers, const std::string& name, int in, const Stage& stage,
                  bool first) {
  const int out = kExpansion * stage.width;
  const int stride = first ? stage.stride : 1;
  const int dilation = first ? stage.first_dilation : stage.other_dilation;
  Residual block;
  block.body = {Conv{.name = name + ".conv1", .in = in, .out = stage.width},
                BatchNorm{name + ".bn1", stage.width},
                Activation::kRelu,
                spatial(name + ".conv2", stage.width, stage.width, stride, dilation),
                BatchNorm{name + ".bn2", stage.width},
                Activation::kRelu,
                Conv{.name = name + ".conv3", .in = stage.width, .out = out},
                BatchNorm{name + ".bn3", out}};
  if (first) {
    const Conv shortcut = stage.shortcut_kernel == 1
                              ? Conv{.name = name + ".downsample.0", .in = in, .out = out}
                              : spatial(name + ".downsample.0", in, out, stride, dilation);
    block.shortcut = {shortcut, BatchNorm{name + ".downsample.1", out}};
  }
  layers.push_back(std::move(block));
  layers.push_back(Activation::kRelu);
}

}  // namespace

Backbone resnet50_rpn(const std::string& prefix) {
  constexpr int kStem = 64;
  Backbone network;
  network.name = "resnet50";
  network.stages.push_back(
      {Conv{.name = prefix + "conv1", .in = 3, .out = kStem, .kernel = 7, .stride = 2},
       BatchNorm{prefix + "bn1", kStem}, Activation::kRelu});
  int in = kStem;
  for (std::size_t i = 0; i < kStages.size(); ++i) {
    Sequence layers;
    if (i == 0) layers.push_back(MaxPool{.kernel = 3, .stride = 2, .padding = 1});
    const std::string name = prefix + "layer" + std::to_string(i + 1) + ".";
    for (int block = 0; block < kStages[i].blocks; ++block) {
      append_block(layers, name + std::to_string(block), in, kStages[i], block == 0);
      in = kExpansion * kStages[i].width;
    }
    network.stages.push_back(std::move(layers));
  }
  network.outputs = {2, 3, 4};
  network.channels = {512, 1024, 2048};
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
