// SPDX-License-Identifier: LGPL-2.1-or-later
#include "nn/heads/nanotrack.h"

#include <ATen/ATen.h>

#include "nn/analysis.h"
#include "nn/backbones/backbones.h"
#include "nn/layers.h"
#include "ops/xcorr.h"

namespace siamtrack::nn {
namespace {

Conv depthwise(const std::string& name, int channels, int kernel, int padding) {
  return {.name = name,
          .in = channels,
          .out = channels,
          .kernel = kernel,
          .padding = padding,
          .groups = channels};
}

Conv pointwise(const std::string& name, int in, int out, bool bias = false) {
  return {.name = name, .in = in, .out = out, .bias = bias};
}

/// 1x1 convolution and normalisation before a correlation.
Sequence embedding(const std::string& name, int channels) {
  return {pointwise(name + ".0", channels, channels, true), BatchNorm{name + ".1", channels}};
}

/// Scales each correlation map by a gate computed from all maps' means.
ChannelGate attention(const std::string& name, int maps) {
  return {{pointwise(name + ".CA_layer.fc1", maps, maps, true), Activation::kRelu,
           pointwise(name + ".CA_layer.fc2", maps, maps, true), Activation::kSigmoid}};
}

void append(Sequence& layers, const Sequence& more) {
  layers.insert(layers.end(), more.begin(), more.end());
}

/// Depthwise and pointwise pairs with one normalisation (v1, v2).
/// @param kernels  kernel of each pair's depthwise convolution
Sequence paired_tower(const std::string& name, const std::vector<int>& kernels, int maps,
                      int width) {
  Sequence tower;
  int in = maps;
  int index = 0;
  for (const int kernel : kernels) {
    const auto key = [&](int step) { return name + "." + std::to_string(index + step); };
    append(tower, {depthwise(key(0), in, kernel, kernel / 2), pointwise(key(1), in, width),
                   BatchNorm{key(2), width}, Activation::kRelu6});
    in = width;
    index += 4;
  }
  return tower;
}

/// Six depthwise and pointwise pairs, each convolution normalised, linear after the pointwise (v3).
Sequence normalised_tower(const std::string& name, int width) {
  Sequence tower;
  for (int index = 0; index < 30; index += 5) {
    const auto key = [&](int step) { return name + "." + std::to_string(index + step); };
    append(tower, {depthwise(key(0), width, 3, 1), BatchNorm{key(1), width}, Activation::kRelu6,
                   pointwise(key(3), width, width), BatchNorm{key(4), width}});
  }
  return tower;
}

NanoTrackHead version1(const NanoTrackShape& shape, const std::string& prefix) {
  const int maps = shape.template_side * shape.template_side;
  const int wide = scaled_channels(128, shape.width);
  const int narrow = scaled_channels(96, shape.width);
  NanoTrackHead head;
  head.shared_correlation = true;
  head.classification.pixel_after = {attention(prefix + "corr_pw", maps)};
  head.classification.tower = paired_tower(prefix + "cls_tower", {5, 5, 3}, maps, wide);
  head.classification.tower.push_back(pointwise(prefix + "cls_logits.0", wide, 2, true));
  head.regression.tower = paired_tower(prefix + "bbox_tower", {3, 3, 5, 5}, maps, narrow);
  head.regression.tower.push_back(pointwise(prefix + "bbox_pred.0", narrow, 4, true));
  return head;
}

NanoTrackHead version2(const NanoTrackShape& shape, const std::string& prefix) {
  const int maps = shape.template_side * shape.template_side;
  const int channels = scaled_channels(48, shape.width);
  const int width = scaled_channels(96, shape.width);
  const auto branch = [&](const std::string& correlator, const std::string& tower,
                          const std::string& prediction, int outputs) {
    NanoTrackBranch made;
    made.pixel_kernel = embedding(prefix + correlator + ".conv_kernel", channels);
    made.pixel_search = embedding(prefix + correlator + ".conv_search", channels);
    made.pixel_after = {attention(prefix + correlator, maps)};
    made.tower = paired_tower(prefix + tower, {3, 3, 3, 3, 3, 3}, maps, width);
    made.tower.push_back(pointwise(prefix + prediction, width, outputs, true));
    return made;
  };
  NanoTrackHead head;
  head.classification = branch("corr_pw_cls", "cls_pw_tower", "cls_pred.0", 2);
  head.regression = branch("corr_pw_reg", "bbox_pw_tower", "bbox_pred.0", 4);
  return head;
}

NanoTrackBranch version3_branch(const NanoTrackShape& shape, const std::string& prefix,
                                const std::string& kind) {
  const int maps = shape.template_side * shape.template_side;
  const int channels = scaled_channels(96, shape.width);
  const std::string pixel = prefix + "corr_pw_" + kind;
  const std::string depth = prefix + "corr_dw_" + kind;
  NanoTrackBranch made;
  made.pixel_kernel = embedding(pixel + ".conv_kernel", channels);
  made.pixel_search = embedding(pixel + ".conv_search", channels);
  made.pixel_after = {attention(pixel, maps),
                      depthwise(pixel + ".conv.0", maps, 2, 0),
                      BatchNorm{pixel + ".conv.1", maps},
                      Activation::kRelu6,
                      pointwise(pixel + ".conv.3", maps, maps, true),
                      BatchNorm{pixel + ".conv.4", maps}};
  made.depth_kernel = embedding(depth + ".conv_kernel", channels);
  made.depth_search = embedding(depth + ".conv_search", channels);
  made.tower = {pointwise(prefix + "down_" + kind + ".0", maps + channels, channels, true)};
  const std::string tower = prefix + (kind == "cls" ? "cls_tower" : "bbox_tower");
  append(made.tower, normalised_tower(tower, channels));
  const std::string prediction = prefix + (kind == "cls" ? "cls_logits.0" : "bbox_pred.0");
  made.tower.push_back(pointwise(prediction, channels, kind == "cls" ? 2 : 4, true));
  return made;
}

at::Tensor pixel_maps(const NanoTrackBranch& branch, const Weights& weights,
                      const at::Tensor& kernel, const at::Tensor& x, Mode mode) {
  const at::Tensor search = forward(branch.pixel_search, weights, x, mode);
  return forward(branch.pixel_after, weights, pixelwise_xcorr(search, kernel, mode), mode);
}

at::Tensor depth_maps(const NanoTrackBranch& branch, const Weights& weights,
                      const at::Tensor& kernel, const at::Tensor& x, Mode mode) {
  const at::Tensor search = forward(branch.depth_search, weights, x, mode);
  const auto padding = static_cast<int>(kernel.size(3) / 2 - 1);  // 16x16 against 4x4 -> 15x15
  return depthwise_xcorr(search, kernel, mode, padding);
}

}  // namespace

NanoTrackHead nanotrack_head_blueprint(const NanoTrackShape& shape, const std::string& prefix) {
  if (shape.version == 1) return version1(shape, prefix);
  if (shape.version == 2) return version2(shape, prefix);
  NanoTrackHead head;
  head.classification = version3_branch(shape, prefix, "cls");
  head.regression = version3_branch(shape, prefix, "reg");
  head.depthwise = true;
  return head;
}

std::vector<Sequence*> parts(NanoTrackHead& head) {
  std::vector<Sequence*> all;
  for (NanoTrackBranch* branch : {&head.classification, &head.regression}) {
    for (Sequence* part : {&branch->pixel_kernel, &branch->pixel_search, &branch->pixel_after,
                           &branch->depth_kernel, &branch->depth_search, &branch->tower}) {
      all.push_back(part);
    }
  }
  return all;
}

std::vector<const Sequence*> parts(const NanoTrackHead& head) {
  const std::vector<Sequence*> all = parts(const_cast<NanoTrackHead&>(head));  // only read
  return {all.begin(), all.end()};
}

std::int64_t predict_macs(const NanoTrackHead& head, int channels, int template_cells,
                          int search_cells) {
  const auto square = [](std::int64_t side) { return side * side; };
  std::int64_t all = 0;
  int side = search_cells;
  for (const NanoTrackBranch* branch : {&head.classification, &head.regression}) {
    if (branch == &head.classification || !head.shared_correlation) {
      all += macs(branch->pixel_search, search_cells) + macs(branch->pixel_after, search_cells) +
             square(template_cells) * channels * square(search_cells);
      side = output_size(branch->pixel_after, search_cells);
    }
    if (head.depthwise) {
      all += macs(branch->depth_search, search_cells) +
             square(nanotrack_centre_side(template_cells)) * channels * square(side);
    }
    all += macs(branch->tower, side);
  }
  return all;
}

NanoTrackKernels nanotrack_kernels(const NanoTrackHead& head, const Weights& weights,
                                   const at::Tensor& z_features, Mode mode) {
  const auto run = [&](const Sequence& part, const at::Tensor& z) {
    return forward(part, weights, z, mode);
  };
  NanoTrackKernels kernels;
  kernels.pixel_classification = run(head.classification.pixel_kernel, z_features);
  if (!head.shared_correlation) {
    kernels.pixel_regression = run(head.regression.pixel_kernel, z_features);
  }
  if (head.depthwise) {
    const std::int64_t side = z_features.size(2);
    const auto margin = static_cast<int>((side - nanotrack_centre_side(side)) / 2);
    const at::Tensor centre = cropped(z_features, margin);
    kernels.depth_classification = run(head.classification.depth_kernel, centre);
    kernels.depth_regression = run(head.regression.depth_kernel, centre);
  }
  return kernels;
}

NanoTrackOutput nanotrack_predict(const NanoTrackHead& head, const Weights& weights,
                                  const NanoTrackKernels& kernels, const at::Tensor& x_features,
                                  Mode mode) {
  at::Tensor cls =
      pixel_maps(head.classification, weights, kernels.pixel_classification, x_features, mode);
  at::Tensor reg = head.shared_correlation ? cls
                                           : pixel_maps(head.regression, weights,
                                                        kernels.pixel_regression, x_features, mode);
  if (head.depthwise) {
    cls = at::cat({cls, depth_maps(head.classification, weights, kernels.depth_classification,
                                   x_features, mode)},
                  1);
    reg = at::cat(
        {reg, depth_maps(head.regression, weights, kernels.depth_regression, x_features, mode)}, 1);
  }
  return {forward(head.classification.tower, weights, cls, mode),
          forward(head.regression.tower, weights, reg, mode)};
}

NanoTrackOutput nanotrack_head(const NanoTrackHead& head, const Weights& weights,
                               const at::Tensor& z_features, const at::Tensor& x_features,
                               Mode mode) {
  const NanoTrackKernels kernels = nanotrack_kernels(head, weights, z_features, mode);
  return nanotrack_predict(head, weights, kernels, x_features, mode);
}

}  // namespace siamtrack::nn
