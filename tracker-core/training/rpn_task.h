// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include "nn/heads/rpn.h"
#include "training/input_scaling.h"
#include "training/recipe.h"
#include "training/task.h"
#include "training/trainable_backbone.h"

namespace siamtrack::training {

/// The anchor-based trackers: SiamRPN, DaSiamRPN, SiamRPN+ on every backbone of SiamDW, SiamRPN++
/// (spec sections 4.9, 5.3 and 6.6), and SiamMask's part that finds boxes. Classification and
/// regression of anchors, sampled per pair; pairs without a target teach what is not it.
class RpnTask : public Task {
 public:
  /// Throws  Error(kModelInvalid | kInvalidArgument) for an architecture, backbone or neck that
  ///         does not exist
  explicit RpnTask(const Recipe& recipe);

  nn::Weights initial_weights(std::uint64_t seed) const override;
  double rate_factor(const std::string& key, double progress) const override;
  StepLoss loss(const nn::Weights& weights, const Batch& batch, double progress) const override;
  nn::Weights export_weights(const nn::Weights& weights) const override;
  Imported import_weights(const nn::ModelFile& model, nn::Weights& weights) const override;
  nlohmann::json metadata(const nn::Weights& weights) const override;

 protected:
  /// Features of a batch.
  struct Features {
    std::vector<at::Tensor> z, x;    ///< behind the necks, of exemplars (cut) and search patches
    std::vector<at::Tensor> search;  ///< of the search patches, the backbone's
  };

  const Recipe& recipe() const { return recipe_; }
  const AnchorSettings& anchors() const { return anchors_; }

  /// The weights as the forward pass takes them.
  nn::Weights cast(const nn::Weights& weights) const;
  /// @param neck  kTrain, or kEval for necks that are not trained
  Features features(const nn::Weights& cast, const Batch& batch, double progress,
                    nn::Mode neck) const;
  /// What a batch's maps should say.
  struct Labels {
    AnchorTargets anchors;
    at::Tensor response;  ///< of label_maps(); undefined where it is not learnt
  };

  /// @param anchors  of assign()
  Labels labels(const Batch& batch, const AnchorTargets& anchors, const at::Device& device) const;
  /// Classification and regression of features() and their loss.
  StepLoss box_loss(const nn::Weights& cast, const Features& features, const Labels& labels) const;
  /// Anchors of a map of `side` cells compared with the targets; the same for the same moment.
  AnchorTargets assign(const Batch& batch, int side, double progress,
                       const AnchorSampling& sampling) const;
  /// Cells of the response map of these patches.
  int map_side(const Batch& batch) const;
  /// Cells of the search patches' last features.
  int search_side(const Batch& batch) const;

 private:
  /// Multiplies what makes the template's kernels: the response follows.
  void scale_kernels(nn::Weights& weights, double factor) const;

  Recipe recipe_;
  AnchorSettings anchors_;
  nn::RpnNetwork network_;
  TrainableBackbone backbone_;
  std::string prefix_;  ///< of the backbone's keys
  InputScaling scaling_;
  double gain_ = 1;  ///< on the correlations in training
};

}  // namespace siamtrack::training
