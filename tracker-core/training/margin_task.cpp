// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/margin_task.h"

#include <ATen/ATen.h>

#include <limits>

#include "training/margin_loss.h"

namespace siamtrack::training {
namespace {

/// Every anchor's label, none left out by chance.
AnchorSampling all_of(AnchorSampling sampling) {
  sampling.most_positive = std::numeric_limits<int>::max() / 2;
  sampling.total = std::numeric_limits<int>::max();
  return sampling;
}

}  // namespace

StepLoss MarginTask::loss(const nn::Weights& weights, const Batch& batch, double progress) const {
  const nn::Weights used = cast(weights);
  const at::Device device = weights.begin()->second.device();
  const int side = map_side(batch);
  const AnchorSampling& sampling = recipe().rpn.sampling;
  const Labels wanted = labels(batch, assign(batch, side, progress, sampling), device);
  const AnchorTargets all = assign(batch, side, progress, all_of(sampling));
  const at::Tensor cells = cell_labels(all.labels).to(device);

  const Features found = features(used, batch, progress, nn::Mode::kTrain);
  StepLoss loss = box_loss(used, found, wanted);
  const at::Tensor cosines =
      cosine_map(found.z.front().to(at::kFloat), found.x.front().to(at::kFloat));
  const MarginRecipe& recipe_of_margin = recipe().margin;
  const at::Tensor apart =
      margin_loss(cosines, cells, recipe_of_margin.scale, recipe_of_margin.margin);
  loss.total = loss.total + recipe_of_margin.weight * apart;
  loss.parts.emplace_back("margin", apart.detach());
  return loss;
}

}  // namespace siamtrack::training
