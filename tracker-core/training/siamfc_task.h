// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include "nn/blueprint.h"
#include "training/recipe.h"
#include "training/task.h"

namespace siamtrack::training {

/// SiamFC and SiamFC+ (SiamDW): one backbone on both patches, the exemplar's features correlated
/// with the search patch's, logistic loss on the response map (spec sections 3.5 and 4.9).
class SiamFcTask final : public Task {
 public:
  /// Throws  Error(kInvalidArgument) for a backbone it does not know
  explicit SiamFcTask(const Recipe& recipe);

  nn::Weights initial_weights(std::uint64_t seed) const override;
  bool trainable(const std::string& key, double progress) const override;
  StepLoss loss(const nn::Weights& weights, const Batch& batch, double progress) const override;
  nn::Weights export_weights(const nn::Weights& weights) const override;
  int import_weights(const nn::Weights& model, nn::Weights& weights) const override;
  nlohmann::json metadata(const nn::Weights& weights) const override;

 private:
  at::Tensor features(const nn::Weights& weights, const at::Tensor& pixels, double progress) const;
  /// Changes the first layers from taking (p - mean) / scale to taking p, or back.
  void fold_input(nn::Weights& weights, bool back) const;
  /// Index of the first layer that is trained at `progress`.
  std::size_t first_trained(double progress) const;

  Recipe recipe_;
  nn::Sequence plain_;   ///< as the blueprint has it
  nn::Sequence layers_;  ///< the same function with valid convolutions
  int stride_;
};

}  // namespace siamtrack::training
