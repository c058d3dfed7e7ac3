// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include "training/batch.h"

/// What an outline network (nn/heads/outline.h) is trained to say: masks where they are known, and
/// from boxes alone what boxes tell of masks (BoxInst, Tian et al. 2021). Pure.
namespace siamtrack::training {

/// A batch on the cells of the network's logits: cell (u, v) belongs to the pixel (2u, 2v).
struct OutlineTargets {
  at::Tensor masks;    ///< 1 on the target, 0 elsewhere [B, N, N]
  at::Tensor known;    ///< 1 for pairs whose mask is known, else 0 [B]
  at::Tensor columns;  ///< 1 where the box has cells [B, N]
  at::Tensor rows;     ///< [B, N]
  at::Tensor boxed;    ///< 1 for pairs with a target, else 0 [B]
  at::Tensor colours;  ///< of the search patches [B, 3, N, N], [0, 255]
};

/// @param device  where the logits are
OutlineTargets outline_targets(const Batch& batch, const at::Device& device);

/// Scalars with gradient, each a mean over the pairs it can be told of.
struct OutlineLoss {
  /// Cross entropy of the known masks, target and surroundings half each.
  at::Tensor pixels;
  /// 1 - soft intersection over union with the known masks (V-Net, Milletari et al. 2016, in its
  /// linear form).
  at::Tensor overlap;
  /// 1 - Dice coefficient of the largest probabilities of each column, and row, with the box's
  /// extent (BoxInst, sec. 3.1).
  at::Tensor boxes;
  /// Negative logarithm of the probability that neighbours in the box whose colours are alike are
  /// on the same side of the outline, where the mask is not known (BoxInst, sec. 3.2).
  /// Differs from BoxInst: colours are compared in BGR, not in Lab.
  at::Tensor likeness;
};

/// @param logits  [B, 1, N, N]
OutlineLoss outline_loss(const at::Tensor& logits, const OutlineTargets& targets);

}  // namespace siamtrack::training
