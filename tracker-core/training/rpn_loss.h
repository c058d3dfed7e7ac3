// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <span>

#include "decode/anchors.h"
#include "decode/proposals.h"
#include "siamtrack/box.h"
#include "training/random.h"

/// What the region proposal trackers are trained to say (SiamRPN sec. 3.3; pysot; spec sections 4.9
/// and 6.6). Pure apart from the random numbers.
namespace siamtrack::training {

/// The target of one search patch.
struct RpnTarget {
  Box box;                ///< patch px
  bool negative = false;  ///< the template shows another object: nothing is positive
};

/// Which anchors count, and how many of them (pysot's defaults).
struct AnchorSampling {
  double positive = 0.6;    ///< IoU above: positive
  double negative = 0.3;    ///< IoU below: negative; in between ignored
  int most_positive = 16;   ///< per patch, drawn at random
  int total = 64;           ///< per patch: at most total - most_positive negatives (pysot), however
                            ///< few the positives; SiamDW's code fills up to `total`
  int negative_pair = 16;   ///< negatives of a negative pair
  int negative_radius = 3;  ///< cells about the target that a negative pair draws from
};

/// One label, box offset and weight per anchor and cell.
struct AnchorTargets {
  at::Tensor labels;   ///< int64 [B, A, N, N]: 1 positive, 0 negative, -1 ignored
  at::Tensor offsets;  ///< float [B, 4, A, N, N]: dx, dy, dw, dh at positives, else 0
  at::Tensor weights;  ///< float [B, A, N, N]: 1 / positives of the patch at positives, else 0

  AnchorTargets to(const at::Device& device) const;
};

/// Compares every anchor with the target of its patch.
/// @param patch  side of the patch, px; the map's middle lies on the patch's middle
/// @param side   cells of the map
AnchorTargets assign_anchors(std::span<const RpnTarget> targets, const AnchorSettings& anchors,
                             double patch, int side, const AnchorSampling& sampling,
                             Random& random);

struct RpnLoss {
  at::Tensor classification;  ///< scalar: half the mean over positives, half that over negatives
  at::Tensor regression;      ///< scalar: weighted L1 over positives / batch
};

/// Differentiable. The papers name smooth L1, the published code of SiamRPN++ and SiamRPN+ takes
/// plain L1.
/// @param classification  [B, 2A, N, N] logits, or [B, A, N, N] for kSigmoid
/// @param regression      [B, 4A, N, N]
/// @param smooth          error below which the regression loss is quadratic; 0: plain L1
RpnLoss rpn_loss(const at::Tensor& classification, const at::Tensor& regression,
                 const AnchorTargets& targets, ScoreKind kind, double smooth = 0);

/// SiamRPN+ "thinner" learns besides that the sum over a cell's anchors says no where the target is
/// not (SiamDW's code; spec section 4.9): mean binary cross-entropy over those cells.
/// @param classification  [B, A, N, N] logits
/// @param labels          [B, N, N]: 1 where the target is (label_maps())
at::Tensor response_loss(const at::Tensor& classification, const at::Tensor& labels);

}  // namespace siamtrack::training
