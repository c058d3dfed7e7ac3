// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include "training/recipe.h"
#include "training/task.h"
#include "training/teacher.h"

namespace siamtrack::training {

/// NanoTrack v3 from random weights, taught by another NanoTrack v3: the student imitates every
/// step of the teacher and its answers, on any pictures, labelled or not; where there are boxes it
/// learns from them too. No number of the teacher goes into the student.
///
/// Early in the run a step's input is often the teacher's instead of the student's own
/// (DistillRecipe::forced), so that all steps learn at once from sound inputs (as scheduled
/// sampling, Bengio et al. 2015, does along time). Late in the run the normalisation statistics
/// stand still, as in the tracker.
class DistillTask final : public Task {
 public:
  /// @param teacher  architecture nanotrack, version v3
  /// @param device   where batches and weights will be
  /// Throws  Error(kModelInvalid) when the teacher is another network
  DistillTask(const Recipe& recipe, nn::ModelFile teacher, const at::Device& device = at::kCPU);

  nn::Weights initial_weights(std::uint64_t seed) const override;
  double rate_factor(const std::string& key, double progress) const override;
  StepLoss loss(const nn::Weights& weights, const Batch& batch, double progress) const override;
  nn::Weights export_weights(const nn::Weights& weights) const override;
  Imported import_weights(const nn::ModelFile& model, nn::Weights& weights) const override;
  nlohmann::json metadata(const nn::Weights& weights) const override;

 private:
  Recipe recipe_;
  NanoTrackSteps student_;
  Teacher teacher_;
};

}  // namespace siamtrack::training
