// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/siamfc_task.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "nn/backbones/backbones.h"
#include "ops/xcorr.h"
#include "systems/hyper_parameters.h"
#include "training/mixed_precision.h"
#include "training/siamfc_loss.h"

namespace siamtrack::training {
namespace {

constexpr char kPrefix[] = "features.features.";  // SiamDW's name of the backbone
constexpr char kScale[] = "response.log_scale";   // trained as a logarithm: it stays positive
constexpr char kBias[] = "response.bias";
constexpr double kLeastScale = 1e-12, kMost = 1e6;  // of scale and bias in a model file

}  // namespace

SiamFcTask::SiamFcTask(const Recipe& recipe)
    : recipe_(recipe),
      backbone_(nn::make_backbone(recipe.backbone, kPrefix), recipe.unfreeze),
      scaling_(backbone_.first_layers(), recipe.input_mean, recipe.input_scale),
      stride_(nn::total_stride(backbone_.plain())) {}

nn::Weights SiamFcTask::initial_weights(std::uint64_t seed) const {
  nn::Weights weights = kaiming_weights(nn::tensor_specs(backbone_.plain()), seed);
  weights[kScale] = at::full({1}, std::log(recipe_.loss.response_scale));
  weights[kBias] = at::zeros({1});
  return weights;
}

double SiamFcTask::rate_factor(const std::string& key, double progress) const {
  if (key == kScale || key == kBias) return recipe_.loss.learn_response ? 1 : 0;
  return backbone_.frozen(key, progress) ? 0 : recipe_.backbone_rate;
}

int SiamFcTask::response_side(int exemplar, int instance) const {
  const nn::Backbone& backbone = backbone_.plain();
  return nn::output_size(backbone, instance) - nn::output_size(backbone, exemplar) + 1;
}

StepLoss SiamFcTask::loss(const nn::Weights& weights, const Batch& batch, double progress) const {
  const at::Device device = weights.begin()->second.device();
  const at::ScalarType type = convolution_type(recipe_);
  const auto side = [](const at::Tensor& patches) { return static_cast<int>(patches.size(1)); };
  const int cells = response_side(side(batch.exemplars), side(batch.searches));
  const at::Tensor labels = label_maps(batch.targets, recipe_.pairs.instance_size, cells, stride_,
                                       recipe_.loss.positive_radius)
                                .to(device);
  const at::Tensor exemplars = scaling_.apply(batch.exemplars, device, type);
  const at::Tensor searches = scaling_.apply(batch.searches, device, type);
  const nn::Weights cast = with_convolutions_as(weights, type);
  const at::Tensor z = backbone_.features(cast, exemplars, progress).back().to(at::kFloat);
  const at::Tensor x = backbone_.features(cast, searches, progress).back().to(at::kFloat);
  const auto adjusted = [&](const at::Tensor& correlation) {
    return correlation * weights.at(kScale).exp() + weights.at(kBias);
  };
  const bool contrasts = recipe_.loss.contrastive > 0;
  at::Tensor all, own;  // [search, exemplar, h, w]; [pair, h, w]
  if (contrasts) {
    all = adjusted(at::conv2d(x, z));
    own = all.diagonal(0, 0, 1).permute({2, 0, 1});
  } else {
    own = adjusted(up_channel_xcorr(x, z, nn::Mode::kTrain)).squeeze(1);
  }
  StepLoss loss;
  loss.total = balanced_logistic_loss(own, labels);
  loss.parts.emplace_back("logistic", loss.total.detach());
  if (contrasts) {
    const at::Tensor contrast = contrastive_loss(all, labels);
    loss.total = loss.total + recipe_.loss.contrastive * contrast;
    loss.parts.emplace_back("contrastive", contrast.detach());
  }
  return loss;
}

nn::Weights SiamFcTask::export_weights(const nn::Weights& weights) const {
  nn::Weights out = detached(weights);
  out.erase(kScale);
  out.erase(kBias);
  scaling_.to_raw(out);
  return out;
}

Imported SiamFcTask::import_weights(const nn::ModelFile& model, nn::Weights& weights) const {
  nn::Weights layers = weights;
  layers.erase(kScale);
  layers.erase(kBias);
  scaling_.to_raw(layers);
  Imported imported = take_over(model, layers, kPrefix);
  scaling_.from_raw(layers);
  for (const auto& [key, tensor] : layers) weights[key] = tensor;
  const auto said = model.metadata.value("hyper_parameters", nlohmann::json::object());
  HyperParameters values(said, recipe_.architecture);
  if (said.contains("response_scale")) {
    const double scale = values.number("response_scale", 1, kLeastScale, kMost);
    weights[kScale] = at::full({1}, std::log(scale));
  }
  if (said.contains("response_bias")) {
    weights[kBias] = at::full({1}, values.number("response_bias", 0, -kMost, kMost));
  }
  return imported;
}

nlohmann::json SiamFcTask::metadata(const nn::Weights& weights) const {
  // The label's middle is the patch's middle, which the enlarged map shows between its two middle
  // pixels; SiamDW's own training puts it half a pixel further (spec section 4.7).
  constexpr int kEnlargement = 16;
  // Trained on 239 px, SiamFC tracks on 255 (spec sections 3.3 and 3.5).
  constexpr int kTracked = 255;
  const int instance = std::max(kTracked, recipe_.pairs.instance_size);
  const int cells = response_side(recipe_.pairs.exemplar_size, instance);
  return {{"format", 1},
          {"architecture", recipe_.architecture},
          {"backbone", recipe_.backbone},
          {"exemplar_size", recipe_.pairs.exemplar_size},
          {"instance_size", instance},
          {"hyper_parameters",
           {{"response_up", kEnlargement},
            {"peak_origin", (cells * kEnlargement - 1) / 2.0},
            {"response_scale", weights.at(kScale).exp().item<double>()},
            {"response_bias", weights.at(kBias).item<double>()}}}};
}

}  // namespace siamtrack::training
