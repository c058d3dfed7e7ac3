// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/siamfc_task.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

#include "nn/analysis.h"
#include "nn/backbones/backbones.h"
#include "nn/forward.h"
#include "nn/rewrite.h"
#include "siamtrack/error.h"
#include "training/siamfc_loss.h"

namespace siamtrack::training {
namespace {

constexpr char kPrefix[] = "features.features.";  // SiamDW's name of the backbone
constexpr char kScale[] = "response.log_scale";   // trained as a logarithm: it stays positive
constexpr char kBias[] = "response.bias";

nn::Sequence flattened(const nn::Backbone& backbone) {
  nn::Sequence layers;
  for (const nn::Sequence& stage : backbone.stages) {
    layers.insert(layers.end(), stage.begin(), stage.end());
  }
  return layers;
}

std::string text_of(at::IntArrayRef shape) {
  std::ostringstream text;
  text << shape;
  return text.str();
}

/// Kernels in the type the convolutions run in; gradients flow back to the originals.
nn::Weights with_kernels_as(const nn::Weights& weights, at::ScalarType type) {
  nn::Weights cast;
  for (const auto& [key, tensor] : weights) {
    cast[key] = tensor.dim() == 4 ? tensor.to(type) : tensor;
  }
  return cast;
}

}  // namespace

SiamFcTask::SiamFcTask(const Recipe& recipe)
    : recipe_(recipe),
      plain_(flattened(nn::make_backbone(recipe.backbone, kPrefix))),
      layers_(nn::fold_crops(plain_)),
      stride_(nn::total_stride(plain_)) {}

nn::Weights SiamFcTask::initial_weights(std::uint64_t seed) const {
  nn::Weights weights = kaiming_weights(plain_, seed);
  weights[kScale] = at::full({1}, std::log(recipe_.loss.response_scale));
  weights[kBias] = at::zeros({1});
  return weights;
}

std::size_t SiamFcTask::first_trained(double progress) const {
  int wanted = -1;  // units from the back; -1: all layers
  for (const UnfreezeStep& step : recipe_.unfreeze) {
    if (progress >= step.progress) wanted = step.units;
  }
  if (wanted < 0) return 0;
  std::size_t first = layers_.size();
  while (first > 0 && wanted > 0) {
    --first;
    wanted -= std::holds_alternative<nn::Residual>(layers_[first].kind);
  }
  return first;
}

bool SiamFcTask::trainable(const std::string& key, double progress) const {
  if (key == kScale || key == kBias) return recipe_.loss.learn_response;
  const auto first = layers_.begin() + static_cast<std::ptrdiff_t>(first_trained(progress));
  for (const nn::TensorSpec& spec : nn::tensor_specs(nn::Sequence(first, layers_.end()))) {
    if (spec.key == key) return spec.trainable;
  }
  return false;
}

at::Tensor SiamFcTask::features(const nn::Weights& weights, const at::Tensor& pixels,
                                double progress) const {
  const at::Device device = weights.begin()->second.device();
  const at::ScalarType type = recipe_.bf16 ? at::kBFloat16 : at::kFloat;
  at::Tensor x = pixels.to(device).permute({0, 3, 1, 2}).to(at::kFloat);
  x = x.sub_(recipe_.input_mean).div_(recipe_.input_scale).to(type);
  const std::size_t first = first_trained(progress);
  if (first > 0) {
    const at::NoGradGuard frozen;
    const nn::Sequence head(layers_.begin(), layers_.begin() + static_cast<std::ptrdiff_t>(first));
    x = nn::forward(head, weights, x, nn::Mode::kEval);
  }
  const nn::Sequence tail(layers_.begin() + static_cast<std::ptrdiff_t>(first), layers_.end());
  return nn::forward(tail, weights, x, nn::Mode::kTrain);
}

StepLoss SiamFcTask::loss(const nn::Weights& weights, const Batch& batch, double progress) const {
  const nn::Weights cast = recipe_.bf16 ? with_kernels_as(weights, at::kBFloat16) : weights;
  const at::Tensor z = features(cast, batch.exemplars, progress).to(at::kFloat);
  const at::Tensor x = features(cast, batch.searches, progress).to(at::kFloat);
  const at::Tensor responses =
      at::conv2d(x, z) * weights.at(kScale).exp() + weights.at(kBias);  // [search, exemplar, h, w]
  const int cells = static_cast<int>(responses.size(3));
  const at::Tensor labels = label_maps(batch.targets, recipe_.pairs.instance_size, cells, stride_,
                                       recipe_.loss.positive_radius)
                                .to(x.device());
  const at::Tensor own = responses.diagonal(0, 0, 1).permute({2, 0, 1});
  StepLoss loss;
  loss.total = balanced_logistic_loss(own, labels);
  loss.parts.emplace_back("logistic", loss.total.detach());
  if (recipe_.loss.contrastive > 0) {
    const at::Tensor contrast = contrastive_loss(responses, labels);
    loss.total = loss.total + recipe_.loss.contrastive * contrast;
    loss.parts.emplace_back("contrastive", contrast.detach());
  }
  return loss;
}

nn::Weights SiamFcTask::export_weights(const nn::Weights& weights) const {
  nn::Weights out;
  for (const auto& [key, tensor] : weights) {
    if (key != kScale && key != kBias) out[key] = tensor.detach().cpu().contiguous();
  }
  fold_input(out, /*back=*/false);
  return out;
}

int SiamFcTask::import_weights(const nn::Weights& model, nn::Weights& weights) const {
  int taken = 0;
  for (const auto& [key, tensor] : model) {
    const auto own = weights.find(key);
    if (own == weights.end()) continue;
    if (own->second.sizes() != tensor.sizes()) {
      throw Error(ErrorCode::kModelInvalid, "initial weights: " + key + ": expected shape " +
                                                text_of(own->second.sizes()) + ", found " +
                                                text_of(tensor.sizes()));
    }
    own->second = tensor.clone();
    ++taken;
  }
  const auto& stem = std::get<nn::Conv>(plain_.at(0).kind);
  if (model.contains(stem.name + ".weight")) fold_input(weights, /*back=*/true);
  return taken;
}

// A model file's network sees raw pixels p where it was trained on (p - mean) / scale. The stem
// touches no padding (SiamDW crops it off), so the difference is one number per channel, which the
// convolution's bias or the normalisation's mean takes up.
void SiamFcTask::fold_input(nn::Weights& weights, bool back) const {
  const auto& stem = std::get<nn::Conv>(plain_.at(0).kind);
  const auto& norm = std::get<nn::BatchNorm>(plain_.at(1).kind);
  at::Tensor& kernel = weights.at(stem.name + ".weight");
  at::Tensor& constant = weights.at(stem.bias ? stem.name + ".bias" : norm.name + ".running_mean");
  const at::Tensor raw = back ? kernel : kernel / recipe_.input_scale;
  const at::Tensor offset = raw.sum({1, 2, 3}) * recipe_.input_mean;
  const double sign = (back ? -1.0 : 1.0) * (stem.bias ? -1.0 : 1.0);
  constant = constant + sign * offset;
  kernel = back ? kernel * recipe_.input_scale : raw;
}

nlohmann::json SiamFcTask::metadata(const nn::Weights& weights) const {
  // The label's middle is the patch's middle, which the enlarged map shows between its two middle
  // pixels; SiamDW's own training puts it half a pixel further (spec section 4.7).
  constexpr int kEnlargement = 16;
  const int cells = nn::output_size(plain_, recipe_.pairs.instance_size) -
                    nn::output_size(plain_, recipe_.pairs.exemplar_size) + 1;
  return {{"format", 1},
          {"architecture", recipe_.architecture},
          {"backbone", recipe_.backbone},
          {"exemplar_size", recipe_.pairs.exemplar_size},
          {"instance_size", recipe_.pairs.instance_size},
          {"hyper_parameters",
           {{"response_up", kEnlargement},
            {"peak_origin", (cells * kEnlargement - 1) / 2.0},
            {"response_scale", weights.at(kScale).exp().item<double>()},
            {"response_bias", weights.at(kBias).item<double>()}}}};
}

}  // namespace siamtrack::training
