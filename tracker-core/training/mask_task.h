// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include "nn/heads/mask.h"
#include "training/rpn_task.h"

namespace siamtrack::training {

/// SiamMask (Wang et al. 2019; spec section 8.4) and SiamMask++ (section 9), in two stages. The
/// first trains boxes and masks of 63 x 63 px. The second begins with its result (--init) and
/// trains the mask branch with the refinement, on search patches of 143 px whose response map has 3
/// x 3 cells.
class MaskTask final : public RpnTask {
 public:
  /// Throws  Error(kInvalidArgument) when the recipe asks for what is not SiamMask
  explicit MaskTask(const Recipe& recipe);

  nn::Weights initial_weights(std::uint64_t seed) const override;
  double rate_factor(const std::string& key, double progress) const override;
  StepLoss loss(const nn::Weights& weights, const Batch& batch, double progress) const override;
  nlohmann::json metadata(const nn::Weights& weights) const override;

 private:
  /// The cells that a mask is learnt at and what it should be there.
  struct Masks {
    std::vector<nn::Cell> cells;
    at::Tensor windows;  ///< of mask_windows(), on the weights' device; undefined without cells
  };
  /// @param anchors  of assign(), on the CPU
  Masks masks(const Batch& batch, const AnchorTargets& anchors, const at::Device& device) const;
  /// Cells that the search features lose on each side.
  int cut_of(const Batch& batch) const;
  Features search_features(const nn::Weights& cast, const Batch& batch, double progress) const;
  /// Not yet weighted; 0 where no mask is known. @param cut  of cut_of()
  at::Tensor mask_loss_of(const nn::Weights& cast, const Features& features, const Masks& masks,
                          int cut) const;

  nn::MaskHead head_;
};

}  // namespace siamtrack::training
