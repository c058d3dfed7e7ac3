// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/mask_task.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/core/grad_mode.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "nn/layers.h"
#include "siamtrack/error.h"
#include "systems/rpn_networks.h"
#include "training/mask_loss.h"

namespace siamtrack::training {
namespace {

constexpr int kNarrow = 20;  // search features narrower than this
constexpr int kCut = 4;      // lose so many cells on each side (SiamMask's neck)

bool of_mask_branch(const std::string& key) {
  return key.starts_with("mask_head.") || key.starts_with("refine_head.");
}

const Recipe& checked(const Recipe& recipe) {
  if (recipe.architecture == "siammask" || recipe.architecture == "siammask++") return recipe;
  throw Error(ErrorCode::kInvalidArgument,
              "recipe " + recipe.name + ": architecture: expected siammask or siammask++, found " +
                  recipe.architecture);
}

}  // namespace

MaskTask::MaskTask(const Recipe& recipe)
    : RpnTask(checked(recipe)),
      head_(
          siammask_head({{"architecture", recipe.architecture}, {"refine", recipe.mask.refine}})) {}

nn::Weights MaskTask::initial_weights(std::uint64_t seed) const {
  nn::Weights weights = RpnTask::initial_weights(seed);
  const at::Generator generator = at::detail::createCPUGenerator(seed + 1);
  nn::Weights mask = kaiming_weights(nn::tensor_specs(head_), seed);
  for (auto& [key, tensor] : mask) {
    if (tensor.dim() == 4) {  // SiamMask's refinement takes sqrt(3), all else PyTorch's 1
      const bool wider = key.starts_with("refine_head.") && !key.starts_with(head_.deconvolution);
      const double bound = std::sqrt((wider ? 3.0 : 1.0) / static_cast<double>(tensor[0].numel()));
      tensor.uniform_(-bound, bound, generator);
    }
    weights[key] = tensor;
  }
  return weights;
}

double MaskTask::rate_factor(const std::string& key, double progress) const {
  if (of_mask_branch(key)) return 1;
  return recipe().mask.refine ? 0 : RpnTask::rate_factor(key, progress);
}

int MaskTask::cut_of(const Batch& batch) const { return search_side(batch) < kNarrow ? kCut : 0; }

MaskTask::Masks MaskTask::masks(const Batch& batch, const AnchorTargets& anchors,
                                const at::Device& device) const {
  Masks masks{mask_cells(anchors.labels, batch.outlined), {}};
  if (masks.cells.empty()) return masks;
  const auto side = static_cast<int>(anchors.labels.size(3));
  masks.windows =
      mask_windows(batch.masks.to(device), masks.cells, side,
                   static_cast<int>(this->anchors().stride), recipe().pairs.exemplar_size);
  return masks;
}

RpnTask::Features MaskTask::search_features(const nn::Weights& cast, const Batch& batch,
                                            double progress) const {
  const bool refine = recipe().mask.refine;
  const at::AutoGradMode learns(!refine);
  Features found = features(cast, batch, progress, refine ? nn::Mode::kEval : nn::Mode::kTrain);
  for (at::Tensor& x : found.x) x = nn::cropped(x, cut_of(batch));
  return found;
}

at::Tensor MaskTask::mask_loss_of(const nn::Weights& cast, const Features& features,
                                  const Masks& masks, int cut) const {
  constexpr nn::Mode kMode = nn::Mode::kTrain;
  const std::vector<at::Tensor> kernels = nn::mask_kernels(head_, cast, features.z, kMode);
  nn::MaskInput input;
  input.correlations = nn::mask_features(head_, cast, kernels, features.x, kMode);
  input.features = features.search;
  input.cut = cut;
  if (masks.cells.empty()) return input.correlations.front().sum().to(at::kFloat) * 0;
  const at::Tensor logits = nn::mask_logits(head_, cast, input, masks.cells, kMode);
  return mask_loss(logits.to(at::kFloat), masks.windows);
}

StepLoss MaskTask::loss(const nn::Weights& weights, const Batch& batch, double progress) const {
  const nn::Weights used = cast(weights);
  const at::Device device = weights.begin()->second.device();
  const int cut = cut_of(batch);
  const AnchorTargets anchors =
      assign(batch, map_side(batch) - 2 * cut, progress, recipe().rpn.sampling);
  const bool boxes = !recipe().mask.refine;
  const Labels wanted = boxes ? labels(batch, anchors, device) : Labels{};
  const Masks wanted_masks = masks(batch, anchors, device);
  const Features found = search_features(used, batch, progress);
  StepLoss loss;
  if (boxes) loss = box_loss(used, found, wanted);
  const at::Tensor mask = mask_loss_of(used, found, wanted_masks, cut);
  const at::Tensor weighted = recipe().mask.weight * mask;
  loss.total = loss.total.defined() ? loss.total + weighted : weighted;
  loss.parts.emplace_back("mask", mask.detach());
  return loss;
}

nlohmann::json MaskTask::metadata(const nn::Weights& weights) const {
  nlohmann::json metadata = RpnTask::metadata(weights);
  metadata["refine"] = recipe().mask.refine;
  return metadata;
}

}  // namespace siamtrack::training
