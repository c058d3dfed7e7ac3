// SPDX-License-Identifier: LGPL-2.1-or-later
#include "nn/heads/rpn.h"

#include <ATen/ATen.h>

#include "nn/layers.h"
#include "nn/rewrite.h"
#include "ops/xcorr.h"

namespace siamtrack::nn {
namespace {

Sequence biased3x3(const std::string& name, int in, int out) {
  return {Conv{.name = name, .in = in, .out = out, .kernel = 3, .bias = true}};
}

/// Pointers to the sequences of a level, const or not.
template <typename Part, typename Level>
std::vector<Part*> list_parts(Level& level) {
  std::vector<Part*> list = {&level.neck};
  for (auto* branch : {&level.classification, &level.regression}) {
    list.insert(list.end(), {&branch->kernel, &branch->search, &branch->predict});
  }
  return list;
}

at::Tensor centre(const at::Tensor& features) {
  const std::int64_t margin = (features.size(2) - kTemplateCells) / 2;
  return features.narrow(2, margin, kTemplateCells).narrow(3, margin, kTemplateCells);
}

at::Tensor correlate(const RpnNetwork& network, const at::Tensor& search, const at::Tensor& kernel,
                     Mode mode) {
  return network.correlation == Correlation::kUpChannel ? up_channel_xcorr(search, kernel, mode)
                                                        : depthwise_xcorr(search, kernel, mode);
}

/// sum of softmax(w)_i maps_i with learned w, or the mean (pysot MultiRPN).
at::Tensor fuse(const RpnNetwork& network, const Weights& weights, const char* kind,
                const std::vector<at::Tensor>& maps) {
  if (maps.size() == 1) return maps.front();
  if (network.fusion.empty()) return at::stack(maps).mean(0);
  return weighted_sum(maps, weights.at(network.fusion + kind));
}

/// Index of the backbone's output that level 0 is on.
std::size_t first_output(const RpnNetwork& network) {
  return network.backbone.outputs.size() - network.levels.size();
}

}  // namespace

RpnBranch depthwise_branch(const std::string& name, int channels, int outputs) {
  const auto embed = [&](const std::string& part) -> Sequence {
    return {Conv{.name = name + part + ".0", .in = channels, .out = channels, .kernel = 3},
            BatchNorm{name + part + ".1", channels}, Activation::kRelu};
  };
  RpnBranch branch;
  branch.kernel = embed(".conv_kernel");
  branch.search = embed(".conv_search");
  branch.predict = {Conv{.name = name + ".head.0", .in = channels, .out = channels},
                    BatchNorm{name + ".head.1", channels}, Activation::kRelu,
                    Conv{.name = name + ".head.3", .in = channels, .out = outputs, .bias = true}};
  return branch;
}

RpnLevel up_channel_head(const UpChannelNames& names, int channels, int width, int anchors,
                         int classes) {
  const int coordinates = 4 * anchors;
  RpnLevel level;
  level.classification.kernel = biased3x3(names.template_classification, channels, width * classes);
  level.classification.search = biased3x3(names.search_classification, channels, width);
  level.regression.kernel = biased3x3(names.template_regression, channels, width * coordinates);
  level.regression.search = biased3x3(names.search_regression, channels, width);
  level.regression.predict = {
      Conv{.name = names.adjust, .in = coordinates, .out = coordinates, .bias = true}};
  return level;
}

RpnLevel depthwise_head(const std::string& prefix, int channels, int anchors) {
  RpnLevel level;
  level.classification = depthwise_branch(prefix + "cls", channels, 2 * anchors);
  level.regression = depthwise_branch(prefix + "loc", channels, 4 * anchors);
  return level;
}

Sequence adjust_layer(const std::string& name, int in, int out) {
  return {Conv{.name = name + ".downsample.0", .in = in, .out = out},
          BatchNorm{name + ".downsample.1", out}};
}

std::vector<Sequence*> parts(RpnLevel& level) { return list_parts<Sequence>(level); }

std::vector<const Sequence*> parts(const RpnLevel& level) {
  return list_parts<const Sequence>(level);
}

std::vector<TensorSpec> tensor_specs(const RpnNetwork& network) {
  std::vector<TensorSpec> all = tensor_specs(network.backbone);
  for (const RpnLevel& level : network.levels) {
    for (const Sequence* part : parts(level)) {
      const std::vector<TensorSpec> more = tensor_specs(*part);
      all.insert(all.end(), more.begin(), more.end());
    }
  }
  if (!network.fusion.empty()) {
    const auto levels = static_cast<std::int64_t>(network.levels.size());
    all.push_back({network.fusion + "cls_weight", {levels}});
    all.push_back({network.fusion + "loc_weight", {levels}});
  }
  return all;
}

std::int64_t correlation_macs(const RpnBranch& branch, int template_cells, int search_cells) {
  const int kernel = output_size(branch.kernel, template_cells);
  const int side = output_size(branch.search, search_cells) - kernel + 1;
  const std::int64_t per_cell = std::int64_t{kernel} * kernel * output_channels(branch.kernel);
  return macs(branch.search, search_cells) + per_cell * side * side;
}

std::int64_t predict_macs(const RpnNetwork& network, int exemplar_size, int instance_size) {
  const Backbone backbone = fold_crops(network.backbone);
  const std::vector<int> z = output_sizes(backbone, exemplar_size);
  const std::vector<int> x = output_sizes(backbone, instance_size);
  std::int64_t all = macs(backbone, instance_size);
  for (std::size_t i = 0; i < network.levels.size(); ++i) {
    const RpnLevel& level = network.levels[i];
    const std::size_t output = first_output(network) + i;
    all += macs(level.neck, x[output]);
    const int search = output_size(level.neck, x[output]);
    const int cells = network.crop_template ? kTemplateCells : output_size(level.neck, z[output]);
    for (const RpnBranch* branch : {&level.classification, &level.regression}) {
      const int side = output_size(branch->search, search) - output_size(branch->kernel, cells) + 1;
      all += correlation_macs(*branch, cells, search) + macs(branch->predict, side);
    }
  }
  return all;
}

RpnNetwork prepare_for_inference(const RpnNetwork& network, Weights& weights) {
  RpnNetwork result = network;
  result.backbone = prepare_for_inference(network.backbone, weights);
  for (RpnLevel& level : result.levels) {
    for (Sequence* part : parts(level)) *part = prepare_for_inference(*part, weights);
  }
  return result;
}

std::vector<at::Tensor> level_features(const RpnNetwork& network, const Weights& weights,
                                       const std::vector<at::Tensor>& features, Mode mode) {
  std::vector<at::Tensor> levels;
  levels.reserve(network.levels.size());
  std::size_t output = first_output(network);
  for (const RpnLevel& level : network.levels) {
    levels.push_back(forward(level.neck, weights, features[output++], mode));
  }
  return levels;
}

std::vector<at::Tensor> template_features(const RpnNetwork& network, const Weights& weights,
                                          const std::vector<at::Tensor>& features, Mode mode) {
  std::vector<at::Tensor> levels = level_features(network, weights, features, mode);
  if (network.crop_template) {
    for (at::Tensor& z : levels) z = centre(z);
  }
  return levels;
}

std::vector<at::Tensor> rpn_kernels(const RpnNetwork& network, const Weights& weights,
                                    const std::vector<at::Tensor>& features, Mode mode) {
  return kernels_from_levels(network, weights, template_features(network, weights, features, mode),
                             mode);
}

std::vector<at::Tensor> kernels_from_levels(const RpnNetwork& network, const Weights& weights,
                                            const std::vector<at::Tensor>& levels, Mode mode) {
  std::vector<at::Tensor> kernels;
  for (std::size_t i = 0; i < network.levels.size(); ++i) {
    const RpnLevel& level = network.levels[i];
    kernels.push_back(forward(level.classification.kernel, weights, levels[i], mode));
    kernels.push_back(forward(level.regression.kernel, weights, levels[i], mode));
  }
  return kernels;
}

RpnOutput rpn_predict(const RpnNetwork& network, const Weights& weights,
                      const std::vector<at::Tensor>& kernels,
                      const std::vector<at::Tensor>& features, Mode mode) {
  return predict_from_levels(network, weights, kernels,
                             level_features(network, weights, features, mode), mode);
}

RpnOutput predict_from_levels(const RpnNetwork& network, const Weights& weights,
                              const std::vector<at::Tensor>& kernels,
                              const std::vector<at::Tensor>& levels, Mode mode) {
  std::vector<at::Tensor> classification;
  std::vector<at::Tensor> regression;
  for (std::size_t i = 0; i < network.levels.size(); ++i) {
    const RpnLevel& level = network.levels[i];
    const auto run = [&](const RpnBranch& branch, const at::Tensor& kernel) {
      const at::Tensor search = forward(branch.search, weights, levels[i], mode);
      return forward(branch.predict, weights, correlate(network, search, kernel, mode), mode);
    };
    classification.push_back(run(level.classification, kernels[2 * i]));
    regression.push_back(run(level.regression, kernels[2 * i + 1]));
  }
  return {fuse(network, weights, "cls_weight", classification),
          fuse(network, weights, "loc_weight", regression)};
}

}  // namespace siamtrack::nn
