// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include "decode/anchors.h"
#include "nn/heads/rpn.h"
#include "systems/network_figures.h"
#include "systems/rpn_system.h"

namespace siamtrack {

/// What makes one anchor-based tracker differ from another.
struct AnchorSetup {
  RpnSystemParameters parameters;
  LogitLine calibration;
  Rounding rounding = Rounding::kPysot;
  AnchorSettings anchors;
  ScoreKind score_kind = ScoreKind::kSoftmax;
  nn::RpnNetwork network;
};

/// Reads metadata["anchors"] = {"ratios": [...], "scales": [...]}, the published ones when absent;
/// at most 64 anchors. Throws  Error(kModelInvalid)
AnchorSettings read_anchors(const nlohmann::json& metadata);

/// Number of anchors per cell.
int anchor_count(const AnchorSettings& settings);

/// What all anchor-based trackers read alike: anchors for the backbone's stride, calibration, and
/// hyper-parameters with `defaults` where there are none.
/// Throws  Error(kModelInvalid)
AnchorSetup read_setup(const nlohmann::json& metadata, HyperParameters& values,
                       const RpnSystemParameters& defaults, nn::RpnNetwork network,
                       Rounding rounding);

/// What the network of `setup` holds and costs.
NetworkFigures anchor_figures(const AnchorSetup& setup);

/// A tracker that predicts boxes from anchors: the straight line of SiamRPN and all that follow it.
class AnchorSystem : public RpnSystem {
 public:
  /// Throws  Error(kModelInvalid) when a tensor is missing or has another shape, or a patch is too
  ///         small for the network
  AnchorSystem(AnchorSetup setup, nn::Weights weights);

  Template embed(const at::Tensor& patch) const override;
  std::vector<std::vector<at::Tensor>> respond(
      const at::Tensor& patches, std::span<const Template* const> templates) const override;

 protected:
  /// Of the backbone. @param patches  [B, 3, side, side], [0, 255]
  std::vector<at::Tensor> features(const at::Tensor& patches) const;
  Proposals proposals(const std::vector<at::Tensor>& responses, int patch_side) const override;
  const AnchorSetup& setup() const { return setup_; }
  const nn::Weights& weights() const { return weights_; }

 private:
  AnchorSetup setup_;
  std::vector<AnchorShape> shapes_;
  nn::Weights weights_;
};

}  // namespace siamtrack
