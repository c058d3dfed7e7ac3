// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <array>

#include "nn/backbones/backbones.h"

namespace siamtrack::nn {
namespace {

/// One row of MobileNetV2's table 2 (Sandler et al. 2018), with pysot's strides and dilations.
struct Group {
  int expansion;
  int channels;  ///< before the width factor
  int blocks;
  int stride;
  int dilation;
};

constexpr std::array<Group, 7> kGroups = {{{1, 16, 1, 1, 1},
                                           {6, 24, 2, 2, 1},
                                           {6, 32, 3, 2, 1},
                                           {6, 64, 4, 1, 2},
                                           {6, 96, 3, 1, 2},
                                           {6, 160, 3, 1, 4},
                                           {6, 320, 1, 1, 4}}};
constexpr int kStem = 32;
constexpr int kWidthTenths = 14;  // width factor 1.4

int widened(int channels) { return channels * kWidthTenths / 10; }

/// Expand, depthwise, project. Differs from torchvision: the expansion is there also for factor 1,
/// and strided convolutions are not padded.
Sequence make_block(const std::string& name, int in, int out, const Group& group, int stride,
                    int dilation) {
  const int wide = in * group.expansion;
  const int padding = dilation > 1 ? dilation : 2 - stride;
  Sequence body = {Conv{.name = name + ".0", .in = in, .out = wide},
                   BatchNorm{name + ".1", wide},
                   Activation::kRelu6,
                   Conv{.name = name + ".3",
                        .in = wide,
                        .out = wide,
                        .kernel = 3,
                        .stride = stride,
                        .padding = padding,
                        .dilation = dilation,
                        .groups = wide},
                   BatchNorm{name + ".4", wide},
                   Activation::kRelu6,
                   Conv{.name = name + ".6", .in = wide, .out = out},
                   BatchNorm{name + ".7", out}};
  if (stride == 1 && in == out) return {Residual{std::move(body), {}}};
  return body;
}

}  // namespace

Backbone mobilenet_v2_rpn(const std::string& prefix) {
  Backbone network;
  network.name = "mobilenetv2";
  int in = widened(kStem);
  network.stages.push_back(
      {Conv{.name = prefix + "layer0.0", .in = 3, .out = in, .kernel = 3, .stride = 2},
       BatchNorm{prefix + "layer0.1", in}, Activation::kRelu6});
  int last_dilation = 1;
  for (std::size_t i = 0; i < kGroups.size(); ++i) {
    const Group& group = kGroups[i];
    const int out = widened(group.channels);
    Sequence layers;
    for (int block = 0; block < group.blocks; ++block) {
      const std::string name =
          prefix + "layer" + std::to_string(i + 1) + "." + std::to_string(block) + ".conv";
      const bool first = block == 0;
      const bool widens = first && group.dilation != last_dilation;
      const int dilation = widens ? std::max(group.dilation / 2, 1) : group.dilation;
      const Sequence more = make_block(name, in, out, group, first ? group.stride : 1, dilation);
      layers.insert(layers.end(), more.begin(), more.end());
      in = out;
    }
    last_dilation = group.dilation;
    network.stages.push_back(std::move(layers));
  }
  network.outputs = {3, 5, 7};
  network.channels = {widened(32), widened(96), widened(320)};
  return network;
}

}  // namespace siamtrack::nn
