// SPDX-License-Identifier: LGPL-2.1-or-later
#include "nn/heads/outline.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "nn/analysis.h"
#include "nn/backbones/backbones.h"
#include "ops/xcorr.h"

namespace siamtrack::nn {
namespace {

constexpr int kVersion = 3;               // of the NanoTrack whose template is used
constexpr int kStride = 16;               // px per cell of the coarsest features
constexpr int kOutputs[] = {0, 1, 3, 9};  // stages whose features have stride 2, 4, 8, 16
constexpr int kChannels[] = {16, 16, 24, 96};
constexpr int kMaps = 64;    // correlation maps: 8 x 8 template cells
constexpr int kWidest = 64;  // channels at the start

void append(Sequence& layers, const Sequence& more) {
  layers.insert(layers.end(), more.begin(), more.end());
}

/// Convolution that keeps the side, normalised.
Sequence normalised(const std::string& name, int in, int out, int kernel) {
  return {Conv{.name = name + ".0", .in = in, .out = out, .kernel = kernel, .padding = kernel / 2},
          BatchNorm{name + ".1", out}};
}

Sequence activated(const std::string& name, int in, int out, int kernel) {
  Sequence layers = normalised(name, in, out, kernel);
  layers.push_back(Activation::kRelu);
  return layers;
}

/// Two 3x3 convolutions beside an identity (He et al. 2016).
Sequence residual(const std::string& name, int channels) {
  Sequence body = activated(name + ".a", channels, channels, 3);
  append(body, normalised(name + ".b", channels, channels, 3));
  return {Residual{std::move(body), {}}, Activation::kRelu};
}

OutlineStep step(const std::string& name, int output, int known, int beside, int out) {
  OutlineStep made;
  made.output = output;
  made.features = activated(name + ".features", kChannels[output], beside, 1);
  made.mix = activated(name + ".mix", known + beside, out, 3);
  append(made.mix, residual(name + ".deepen", out));
  return made;
}

/// Share of cell `index` that the box covers along one axis.
float covered(int index, double extent, int patch) {
  const double low = (patch - extent) / 2;
  const double from = index * kStride - kStride / 2.0 + 0.5;  // cells begin at the first pixel
  const double inside = std::min(from + kStride, low + extent) - std::max(from, low);
  return static_cast<float>(std::clamp(inside / kStride, 0.0, 1.0));
}

}  // namespace

OutlineNetwork outline_blueprint(const std::string& prefix) {
  constexpr int kCoarsest = 3;
  const int channels = kChannels[kCoarsest];
  OutlineNetwork network;
  network.backbone = mobilenet_v3_nanotrack(kVersion, prefix + "backbone.");
  network.backbone.outputs.assign(std::begin(kOutputs), std::end(kOutputs));
  network.backbone.channels.assign(std::begin(kChannels), std::end(kChannels));
  network.kernel = normalised(prefix + "kernel", channels, channels, 1);
  network.search = normalised(prefix + "search", channels, channels, 1);
  network.after = activated(prefix + "after", kMaps, kMaps, 3);
  network.start = activated(prefix + "start", channels + kMaps + 1, kWidest, 1);
  append(network.start, residual(prefix + "start.deepen1", kWidest));
  append(network.start, residual(prefix + "start.deepen2", kWidest));
  network.steps = {step(prefix + "stride8", 2, kWidest, 32, 48),
                   step(prefix + "stride4", 1, 48, 16, 32), step(prefix + "stride2", 0, 32, 8, 16)};
  network.predict = {Conv{
      .name = prefix + "predict", .in = 16, .out = 1, .kernel = 3, .padding = 1, .bias = true}};
  return network;
}

std::vector<Sequence*> parts(OutlineNetwork& network) {
  std::vector<Sequence*> all;
  all.reserve(network.backbone.stages.size());
  for (Sequence& stage : network.backbone.stages) all.push_back(&stage);
  for (Sequence* part : {&network.kernel, &network.search, &network.after, &network.start}) {
    all.push_back(part);
  }
  for (OutlineStep& one : network.steps) {
    all.push_back(&one.features);
    all.push_back(&one.mix);
  }
  all.push_back(&network.predict);
  return all;
}

std::vector<const Sequence*> parts(const OutlineNetwork& network) {
  const std::vector<Sequence*> all = parts(const_cast<OutlineNetwork&>(network));  // only read
  return {all.begin(), all.end()};
}

std::int64_t outline_macs(const OutlineNetwork& network, int patch) {
  const std::vector<int> sides = output_sizes(network.backbone, patch);
  const int coarsest = sides.back();
  std::int64_t all = macs(network.backbone, patch) + macs(network.search, coarsest) +
                     std::int64_t{kMaps} * network.backbone.channels.back() * coarsest * coarsest +
                     macs(network.after, coarsest) + macs(network.start, coarsest);
  for (const OutlineStep& one : network.steps) {
    const int side = sides[static_cast<std::size_t>(one.output)];
    all += macs(one.features, side) + macs(one.mix, side);
  }
  return all + macs(network.predict, sides.front());
}

at::Tensor box_maps(const std::vector<double>& widths, const std::vector<double>& heights,
                    int patch) {
  const int cells = (patch + 1) / kStride;
  at::Tensor maps = at::empty({static_cast<std::int64_t>(widths.size()), 1, cells, cells});
  float* value = maps.data_ptr<float>();
  for (std::size_t i = 0; i < widths.size(); ++i) {
    for (int row = 0; row < cells; ++row) {
      const float share = covered(row, heights[i], patch);
      for (int column = 0; column < cells; ++column) {
        *value++ = share * covered(column, widths[i], patch);
      }
    }
  }
  return maps;
}

at::Tensor outline_maps(const at::Tensor& shares, int step) {
  // Cell i is about the pixel 16 i: from 8 px before to 8 px behind it.
  const std::int64_t half = kStride / 2 / step;
  const std::int64_t whole = kStride / step;
  const std::int64_t cells = (shares.size(2) * step + 1) / kStride;
  const std::int64_t behind = cells * whole - half - shares.size(2);
  const at::Tensor placed = at::constant_pad_nd(shares, {half, behind, half, behind});
  return at::avg_pool2d(placed, {whole, whole});
}

at::Tensor outline_kernel(const OutlineNetwork& network, const Weights& weights,
                          const at::Tensor& z_features, Mode mode) {
  return forward(network.kernel, weights, z_features, mode);
}

at::Tensor outline_logits(const OutlineNetwork& network, const Weights& weights,
                          const at::Tensor& kernel, const at::Tensor& patches,
                          const at::Tensor& places, Mode mode) {
  const std::vector<at::Tensor> x = forward(network.backbone, weights, patches, mode);
  const at::Tensor search = forward(network.search, weights, x.back(), mode);
  const at::Tensor maps =
      forward(network.after, weights, pixelwise_xcorr(search, kernel, mode), mode);
  at::Tensor known = forward(network.start, weights, at::cat({x.back(), maps, places}, 1), mode);
  for (const OutlineStep& one : network.steps) {
    const at::Tensor& finer = x[static_cast<std::size_t>(one.output)];
    const at::Tensor beside = forward(one.features, weights, finer, mode);
    const at::Tensor enlarged = at::upsample_nearest2d(known, {finer.size(2), finer.size(3)});
    known = forward(one.mix, weights, at::cat({enlarged, beside}, 1), mode);
  }
  return forward(network.predict, weights, known, mode);
}

}  // namespace siamtrack::nn
