// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <nlohmann/json.hpp>

#include "nn/heads/nanotrack.h"
#include "nn/heads/outline.h"
#include "training/recipe.h"
#include "training/task.h"

namespace siamtrack::training {

/// A NanoTrack v3 learns to outline its targets: nn::OutlineNetwork is trained, the tracker, which
/// comes from --init, stands still. Search patches lie about a box such as the tracker might have
/// found, OutlineRecipe::context px for its context square.
class OutlineTask final : public Task {
 public:
  /// @param tracker  metadata of the model file that is outlined: what it says of tracking is kept
  /// Throws  Error(kInvalidArgument) when the recipe's patches have a side that cannot be
  OutlineTask(const Recipe& recipe, nlohmann::json tracker);

  nn::Weights initial_weights(std::uint64_t seed) const override;
  double rate_factor(const std::string& key, double progress) const override;
  StepLoss loss(const nn::Weights& weights, const Batch& batch, double progress) const override;
  nn::Weights export_weights(const nn::Weights& weights) const override;
  /// A file of a tracker alone gives its backbone to both.
  Imported import_weights(const nn::ModelFile& model, nn::Weights& weights) const override;
  nlohmann::json metadata(const nn::Weights& weights) const override;

 private:
  /// What the network is told about the targets' places: boxes as the tracker might have found
  /// them, of the targets' shape but for a small error, or outlines as of the frame before.
  at::Tensor guessed_places(const Batch& batch, double progress) const;

  Recipe recipe_;
  nlohmann::json tracker_;
  nn::Backbone backbone_;
  nn::NanoTrackHead head_;
  nn::OutlineNetwork network_;
};

}  // namespace siamtrack::training
