// SPDX-License-Identifier: LGPL-2.1-or-later
#include "nn/backbones/backbones.h"

namespace siamtrack::nn {
namespace {

constexpr int kCardinality = 32;  // SiamDW sec. 4.1

/// CIR-NeXt unit (SiamDW sec. 4.1, figure 3d): grouped 3x3, one more normalisation after the
/// addition. Output: 2 `width` channels.
void append_unit(Sequence& layers, const std::string& name, int in, int width, bool last_relu) {
  const std::string body = name + ".basic.";
  const int out = 2 * width;
  Residual unit;
  unit.body = {Conv{.name = body + "conv1_0", .in = in, .out = width},
               BatchNorm{body + "bn1", width},
               Activation::kRelu,
               Conv{.name = body + "conv3_0",
                    .in = width,
                    .out = width,
                    .kernel = 3,
                    .padding = 1,
                    .groups = kCardinality},
               BatchNorm{body + "bn2", width},
               Activation::kRelu,
               Conv{.name = body + "conv1_1", .in = width, .out = out},
               BatchNorm{body + "bn3", out}};
  if (in != out) unit.shortcut = {Conv{.name = name + ".shortcut.0", .in = in, .out = out}};
  layers.push_back(std::move(unit));
  layers.push_back(BatchNorm{name + ".bn0", out});
  if (last_relu) layers.push_back(Activation::kRelu);
  layers.push_back(Crop{1});
}

}  // namespace

Backbone ciresnext22(const std::string& prefix) {
  constexpr int kStem = 64;
  // Differs from SiamDW table 3, which prints inner widths 64 and 128: only the code's 128 and 256
  // give the table's 1.417 M parameters. Stem and pooling are the code's too.
  constexpr int kWidth = 128;
  Sequence stem = {
      Conv{.name = prefix + "conv0", .in = 3, .out = kStem, .kernel = 7, .stride = 2, .bias = true},
      BatchNorm{prefix + "bn0", kStem}, Activation::kRelu, MaxPool{.kernel = 3, .stride = 2}};
  Sequence stage1;
  int channels = kStem;
  for (const int i : {0, 1, 2}) {
    append_unit(stage1, prefix + "layer1." + std::to_string(i), channels, kWidth, true);
    channels = 2 * kWidth;
  }
  Sequence stage2;
  for (const int i : {0, 2, 3, 4}) {  // index 1 is the pooling layer
    append_unit(stage2, prefix + "layer2." + std::to_string(i), channels, 2 * kWidth, i != 4);
    channels = 4 * kWidth;
    if (i == 0) stage2.push_back(MaxPool{});
  }
  return {"ciresnext22", {std::move(stem), std::move(stage1), std::move(stage2)}, {2}, {channels}};
}

}  // namespace siamtrack::nn
