// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include "nn/heads/nanotrack.h"
#include "training/interpolation.h"
#include "training/recipe.h"
#include "training/task.h"
#include "training/teacher.h"

namespace siamtrack::training {

/// A NanoTrack of any version, width and input size from random weights, taught by a NanoTrack v3.
/// Where both look at the same place the student learns the teacher's class probabilities and
/// boxes, and its channels after each block of the backbone learn to span the teacher's; where
/// there are labelled boxes it learns from them too.
class StudentTask final : public Task {
 public:
  /// @param teacher  architecture nanotrack, version v3
  /// @param device   where batches and weights will be
  /// Throws  Error(kModelInvalid) when the teacher is another network; Error(kInvalidArgument) when
  ///         the recipe asks for a student that cannot be
  StudentTask(const Recipe& recipe, nn::ModelFile teacher, const at::Device& device = at::kCPU);

  nn::Weights initial_weights(std::uint64_t seed) const override;
  double rate_factor(const std::string& key, double progress) const override;
  StepLoss loss(const nn::Weights& weights, const Batch& batch, double progress) const override;
  nn::Weights export_weights(const nn::Weights& weights) const override;
  Imported import_weights(const nn::ModelFile& model, nn::Weights& weights) const override;
  nlohmann::json metadata(const nn::Weights& weights) const override;

 private:
  struct Pass {
    std::vector<at::Tensor> z, x;  ///< results of the backbone's stages
    nn::NanoTrackOutput output;
  };
  Pass run(const nn::Weights& weights, const at::Tensor& z, const at::Tensor& x,
           nn::Mode mode) const;
  std::vector<at::Tensor> run_stages(const nn::Weights& weights, at::Tensor patches,
                                     nn::Mode mode) const;
  at::Tensor spanned(const Pass& pass, const Teacher::Lesson& lesson) const;
  nn::Sequence layers() const;
  double scale() const;  ///< student's pixels per teacher's pixel

  Recipe recipe_;
  Teacher teacher_;
  std::vector<nn::Sequence> stages_;
  nn::NanoTrackHead head_;
  std::vector<CommonGrid> z_grids_, x_grids_;  ///< of student and teacher, one per stage
  at::Tensor answers_;  ///< interpolates the teacher's answers at the student's cells
  int cells_ = 0;       ///< of the student's answers, in a row
};

}  // namespace siamtrack::training
