// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include "training/input_scaling.h"
#include "training/recipe.h"
#include "training/task.h"
#include "training/trainable_backbone.h"

namespace siamtrack::training {

/// SiamFC and SiamFC+ (SiamDW): one backbone on both patches, the exemplar's features correlated
/// with the search patch's, logistic loss on the response map (spec sections 3.5 and 4.9).
class SiamFcTask final : public Task {
 public:
  /// Throws  Error(kInvalidArgument) for a backbone it does not know
  explicit SiamFcTask(const Recipe& recipe);

  nn::Weights initial_weights(std::uint64_t seed) const override;
  double rate_factor(const std::string& key, double progress) const override;
  StepLoss loss(const nn::Weights& weights, const Batch& batch, double progress) const override;
  nn::Weights export_weights(const nn::Weights& weights) const override;
  /// Scale and bias of the response too, where the file's metadata say them.
  Imported import_weights(const nn::ModelFile& model, nn::Weights& weights) const override;
  nlohmann::json metadata(const nn::Weights& weights) const override;

 private:
  /// Cells of the response map of patches of these sides, px.
  int response_side(int exemplar, int instance) const;

  Recipe recipe_;
  TrainableBackbone backbone_;
  InputScaling scaling_;
  int stride_;
};

}  // namespace siamtrack::training
