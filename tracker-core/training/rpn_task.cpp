// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/rpn_task.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "siamtrack/error.h"
#include "systems/anchor_system.h"
#include "systems/rpn_networks.h"
#include "training/mixed_precision.h"
#include "training/siamfc_loss.h"

namespace siamtrack::training {
namespace {

nlohmann::json network_metadata(const Recipe& recipe) {
  const RpnRecipe& rpn = recipe.rpn;
  nlohmann::json metadata = {
      {"format", 1},
      {"architecture", recipe.architecture},
      {"backbone", recipe.backbone},
      {"exemplar_size", recipe.pairs.exemplar_size},
      {"anchors", {{"ratios", rpn.anchors.ratios}, {"scales", rpn.anchors.scales}}}};
  if (recipe.architecture == "siamrpn+") metadata["head"] = rpn.head;
  if (recipe.architecture == "siamrpn++") metadata["fusion"] = rpn.fusion;
  if (!rpn.neck.empty()) metadata["neck"] = rpn.neck;
  return metadata;
}

/// SiamRPN+ "thinner": one channel per anchor, whose sum over the anchors is learnt besides.
bool is_thinner(const Recipe& recipe) {
  return recipe.architecture == "siamrpn+" && recipe.rpn.head == "thinner";
}

int side_of(const at::Tensor& patches) { return static_cast<int>(patches.size(1)); }

AnchorSettings anchors_of(const Recipe& recipe, const nn::RpnNetwork& network) {
  AnchorSettings anchors = recipe.rpn.anchors;
  anchors.stride = nn::total_stride(network.backbone);
  return anchors;
}

/// What all keys of the backbone begin with.
std::string common_prefix(const nn::Backbone& backbone) {
  const std::vector<nn::TensorSpec> specs = nn::tensor_specs(backbone);
  std::string prefix = specs.front().key;
  for (const nn::TensorSpec& spec : specs) {
    while (!spec.key.starts_with(prefix)) prefix.pop_back();
  }
  return prefix.substr(0, prefix.rfind('.') + 1);
}

/// Uniform within 1 / sqrt(inputs), PyTorch's choice, with which the published heads began.
void fill_as_pytorch(const nn::Sequence& layers, nn::Weights& weights,
                     const at::Generator& generator) {
  for (const nn::Layer& layer : layers) {
    const auto* conv = std::get_if<nn::Conv>(&layer.kind);
    if (conv == nullptr) continue;
    at::Tensor& kernel = weights.at(conv->name + ".weight");
    const double bound = 1 / std::sqrt(static_cast<double>(kernel[0].numel()));
    kernel.uniform_(-bound, bound, generator);
    if (conv->bias) weights.at(conv->name + ".bias").uniform_(-bound, bound, generator);
  }
}

/// 1 / terms that a response is the sum of, or 1 where the sum is what is trained.
double response_gain(const Recipe& recipe, const nn::RpnNetwork& network) {
  if (!recipe.rpn.mean_correlation) return 1;
  if (network.correlation != nn::Correlation::kUpChannel) {
    throw Error(ErrorCode::kInvalidArgument,
                "recipe " + recipe.name + ": rpn mean_correlation: expected siamrpn or siamrpn+, " +
                    "found " + recipe.architecture);
  }
  const nn::RpnBranch& branch = network.levels.front().classification;
  const int exemplar = nn::output_size(network.backbone, recipe.pairs.exemplar_size);
  const int side = nn::output_size(branch.kernel, exemplar);
  return 1.0 / (std::get<nn::Conv>(branch.search.front().kind).out * side * side);
}

}  // namespace

RpnTask::RpnTask(const Recipe& recipe)
    : recipe_(recipe),
      network_(make_rpn_network(network_metadata(recipe))),
      backbone_(network_.backbone, recipe.unfreeze),
      prefix_(common_prefix(network_.backbone)),
      scaling_(backbone_.first_layers(), recipe.input_mean, recipe.input_scale) {
  anchors_ = anchors_of(recipe, network_);
  gain_ = response_gain(recipe, network_);
}

nn::Weights RpnTask::initial_weights(std::uint64_t seed) const {
  nn::Weights weights = kaiming_weights(nn::tensor_specs(network_), seed);
  const at::Generator generator = at::detail::createCPUGenerator(seed);
  for (const nn::RpnLevel& level : network_.levels) {
    for (const nn::Sequence* part : nn::parts(level)) fill_as_pytorch(*part, weights, generator);
  }
  return weights;
}

double RpnTask::rate_factor(const std::string& key, double progress) const {
  if (!key.starts_with(prefix_)) return 1;
  return backbone_.frozen(key, progress) ? 0 : recipe_.backbone_rate;
}

nn::Weights RpnTask::cast(const nn::Weights& weights) const {
  return with_convolutions_as(weights, convolution_type(recipe_));
}

RpnTask::Features RpnTask::features(const nn::Weights& cast, const Batch& batch, double progress,
                                    nn::Mode neck) const {
  const at::Device device = cast.begin()->second.device();
  const at::ScalarType type = convolution_type(recipe_);
  const at::Tensor exemplars = scaling_.apply(batch.exemplars, device, type);
  const at::Tensor searches = scaling_.apply(batch.searches, device, type);
  const auto run = [&](const at::Tensor& patches) {
    return backbone_.features(cast, patches, progress);
  };
  Features features;
  features.z = nn::template_features(network_, cast, run(exemplars), neck);
  features.search = run(searches);
  features.x = nn::level_features(network_, cast, features.search, neck);
  return features;
}

int RpnTask::map_side(const Batch& batch) const {
  return response_side(network_, side_of(batch.exemplars), side_of(batch.searches));
}

int RpnTask::search_side(const Batch& batch) const {
  return nn::output_sizes(network_.backbone, side_of(batch.searches)).back();
}

AnchorTargets RpnTask::assign(const Batch& batch, int side, double progress,
                              const AnchorSampling& sampling) const {
  std::vector<RpnTarget> targets;
  for (std::size_t i = 0; i < batch.targets.size(); ++i) {
    const std::optional<Box>& target = batch.targets[i];
    const Box distractor = batch.distractors.at(i).value_or(Box{});
    targets.push_back(target ? RpnTarget{*target, false} : RpnTarget{distractor, true});
  }
  Random random = generator_at(progress, recipe_.seed);
  return assign_anchors(targets, anchors_, recipe_.pairs.instance_size, side, sampling, random);
}

RpnTask::Labels RpnTask::labels(const Batch& batch, const AnchorTargets& anchors,
                                const at::Device& device) const {
  Labels labels{anchors.to(device), {}};
  if (is_thinner(recipe_) && recipe_.rpn.response > 0) {
    const auto side = static_cast<int>(anchors.labels.size(3));
    labels.response = label_maps(batch.targets, recipe_.pairs.instance_size, side, anchors_.stride,
                                 recipe_.loss.positive_radius)
                          .to(device);
  }
  return labels;
}

StepLoss RpnTask::box_loss(const nn::Weights& cast, const Features& features,
                           const Labels& labels) const {
  const RpnRecipe& rpn = recipe_.rpn;
  std::vector<at::Tensor> kernels =
      nn::kernels_from_levels(network_, cast, features.z, nn::Mode::kTrain);
  for (at::Tensor& kernel : kernels) kernel = kernel * gain_;
  nn::RpnOutput output =
      nn::predict_from_levels(network_, cast, kernels, features.x, nn::Mode::kTrain);
  output = {output.classification.to(at::kFloat), output.regression.to(at::kFloat)};
  const ScoreKind kind = is_thinner(recipe_) ? ScoreKind::kSigmoid : ScoreKind::kSoftmax;
  const RpnLoss parts =
      rpn_loss(output.classification, output.regression, labels.anchors, kind, rpn.smooth);
  StepLoss loss;
  loss.total = rpn.classification * parts.classification + rpn.regression * parts.regression;
  loss.parts = {{"classification", parts.classification.detach()},
                {"regression", parts.regression.detach()}};
  if (labels.response.defined()) {
    const at::Tensor response = response_loss(output.classification, labels.response);
    loss.total = loss.total + rpn.response * response;
    loss.parts.emplace_back("response", response.detach());
  }
  return loss;
}

StepLoss RpnTask::loss(const nn::Weights& weights, const Batch& batch, double progress) const {
  const nn::Weights used = cast(weights);
  const AnchorTargets anchors = assign(batch, map_side(batch), progress, recipe_.rpn.sampling);
  const Labels wanted = labels(batch, anchors, weights.begin()->second.device());
  return box_loss(used, features(used, batch, progress, nn::Mode::kTrain), wanted);
}

nn::Weights RpnTask::export_weights(const nn::Weights& weights) const {
  nn::Weights out = detached(weights);
  scaling_.to_raw(out);
  scale_kernels(out, gain_);
  return out;
}

void RpnTask::scale_kernels(nn::Weights& weights, double factor) const {
  if (factor == 1) return;
  for (const nn::RpnLevel& level : network_.levels) {
    for (const nn::RpnBranch* branch : {&level.classification, &level.regression}) {
      for (const nn::TensorSpec& spec : nn::tensor_specs(branch->kernel)) {
        weights.at(spec.key) = weights.at(spec.key) * factor;
      }
    }
  }
}

Imported RpnTask::import_weights(const nn::ModelFile& model, nn::Weights& weights) const {
  scaling_.to_raw(weights);
  scale_kernels(weights, gain_);
  Imported imported = take_over(model, weights, prefix_);
  scale_kernels(weights, 1 / gain_);
  scaling_.from_raw(weights);
  return imported;
}

nlohmann::json RpnTask::metadata(const nn::Weights&) const { return network_metadata(recipe_); }

}  // namespace siamtrack::training
