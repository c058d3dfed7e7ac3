// SPDX-License-Identifier: LGPL-2.1-or-later
#include "nn/backbones/backbones.h"

namespace siamtrack::nn {
namespace {

/// Cropping-inside residual unit (SiamDW sec. 4.1, figure 3): the border that the padded 3x3
/// convolution made is cut off again after the addition.
void append_unit(Sequence& layers, const std::string& name, int in, int width, int widening,
                 bool last_relu) {
  const int out = 4 * width;
  Residual unit;
  unit.body = {
      Conv{.name = name + ".conv1", .in = in, .out = width},
      BatchNorm{name + ".bn1", width},
      Activation::kRelu,
      Conv{
          .name = name + ".conv2", .in = width, .out = width * widening, .kernel = 3, .padding = 1},
      BatchNorm{name + ".bn2", width * widening},
      Activation::kRelu,
      Conv{.name = name + ".conv3", .in = width * widening, .out = out},
      BatchNorm{name + ".bn3", out}};
  if (in != out) {
    unit.shortcut = {Conv{.name = name + ".downsample.0", .in = in, .out = out},
                     BatchNorm{name + ".downsample.1", out}};
  }
  layers.push_back(std::move(unit));
  if (last_relu) layers.push_back(Activation::kRelu);
  layers.push_back(Crop{1});
}

Sequence stem(const std::string& prefix, int width) {
  return {
      Conv{.name = prefix + "conv1", .in = 3, .out = width, .kernel = 7, .stride = 2, .padding = 3},
      BatchNorm{prefix + "bn1", width}, Activation::kRelu, Crop{2}};
}

}  // namespace

Backbone ciresnet(const CirResNet& shape, const std::string& prefix) {
  const int width = shape.stem;
  Sequence first = stem(prefix, width);
  first.push_back(MaxPool{});
  Sequence stage1;
  for (int i = 0; i < shape.first_units; ++i) {
    append_unit(stage1, prefix + "layer1." + std::to_string(i), i == 0 ? width : 4 * width, width,
                shape.inner_widening, true);
  }
  // Index 1 of SiamDW's stage 2 is the pooling layer, so the units are 0, 2, 3, 4.
  constexpr int kUnits[] = {0, 2, 3, 4};
  Sequence stage2;
  for (const int i : kUnits) {
    append_unit(stage2, prefix + "layer2." + std::to_string(i), i == 0 ? 4 * width : 8 * width,
                2 * width, shape.inner_widening, i != 4);
    if (i == 0) stage2.push_back(MaxPool{});
  }
  return {shape.name, {std::move(first), std::move(stage1), std::move(stage2)}, {2}, {8 * width}};
}

Backbone ciresnet43(const std::string& prefix) {
  constexpr int kWidth = 64;
  constexpr int kUnits = 14;
  constexpr int kDownsamplingUnit = 3;  // the fourth unit is a CIR-D: total stride 4
  Sequence units;
  for (int i = 0; i < kUnits; ++i) {
    append_unit(units, prefix + "layer1." + std::to_string(i), i == 0 ? kWidth : 4 * kWidth, kWidth,
                1, i != kUnits - 1);
    if (i == kDownsamplingUnit) units.push_back(MaxPool{});
  }
  return {"ciresnet43", {stem(prefix, kWidth), std::move(units)}, {1}, {4 * kWidth}};
}

}  // namespace siamtrack::nn
