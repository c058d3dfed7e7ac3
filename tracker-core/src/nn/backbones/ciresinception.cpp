// SPDX-License-Identifier: LGPL-2.1-or-later
#include "nn/backbones/backbones.h"

namespace siamtrack::nn {
namespace {

constexpr double kShortcutEps = 1e-3;  // SiamDW's code, 1x1 branch only

/// CIR-Inception unit (SiamDW sec. 4.1, figure 3c): the shortcut is a 1x1 branch that is
/// concatenated. Output: 5 `width` channels.
void append_unit(Sequence& layers, const std::string& name, int in, int width, bool last_relu) {
  const std::string wide = name + ".branch3x3.";
  const std::string narrow = name + ".branch1x1.";
  Sequence branch3x3 = {
      Conv{.name = wide + "conv1", .in = in, .out = width},
      BatchNorm{wide + "bn1", width},
      Activation::kRelu,
      Conv{.name = wide + "conv2", .in = width, .out = width, .kernel = 3, .padding = 1},
      BatchNorm{wide + "bn2", width},
      Activation::kRelu,
      Conv{.name = wide + "conv3", .in = width, .out = 4 * width},
      BatchNorm{wide + "bn3", 4 * width}};
  Sequence branch1x1 = {Conv{.name = narrow + "conv", .in = in, .out = width},
                        BatchNorm{narrow + "bn", width, kShortcutEps}};
  if (last_relu) {
    branch3x3.push_back(Activation::kRelu);
    branch1x1.push_back(Activation::kRelu);
  }
  layers.push_back(Concat{{std::move(branch3x3), std::move(branch1x1)}});
  layers.push_back(Crop{1});
}

}  // namespace

Backbone ciresinception22(const std::string& prefix) {
  constexpr int kStem = 64;
  constexpr int kBranches = 5;  // output channels / width
  // Differs from SiamDW table 3 (padding 3, crop 2, pooling 2x2): its code has a valid stem and a
  // 3x3 pooling, and published weights were trained with those.
  Sequence stem = {Conv{.name = prefix + "conv1", .in = 3, .out = kStem, .kernel = 7, .stride = 2},
                   BatchNorm{prefix + "bn1", kStem}, Activation::kRelu,
                   MaxPool{.kernel = 3, .stride = 2}};
  Sequence stage1;
  int channels = kStem;
  for (const int i : {0, 1, 2}) {
    append_unit(stage1, prefix + "layer1." + std::to_string(i), channels, kStem, true);
    channels = kBranches * kStem;
  }
  Sequence stage2;
  for (const int i : {0, 2, 3, 4}) {  // index 1 is the pooling layer
    append_unit(stage2, prefix + "layer2." + std::to_string(i), channels, 2 * kStem, i != 4);
    channels = kBranches * 2 * kStem;
    if (i == 0) stage2.push_back(MaxPool{});
  }
  return {
      "ciresinception22", {std::move(stem), std::move(stage1), std::move(stage2)}, {2}, {channels}};
}

}  // namespace siamtrack::nn
