// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <span>
#include <vector>

#include "nn/heads/mask.h"

/// What SiamMask's mask branch is trained to say (Wang et al. 2019, sec. 3.1 and 3.2; spec section
/// 8.4). Pure.
namespace siamtrack::training {

/// The cells that a mask is learned at: those with a positive anchor, of pairs whose mask is known.
/// @param labels    of the anchors, int64 [B, A, N, N]: 1 positive (AnchorTargets)
/// @param outlined  one per pair
std::vector<nn::Cell> mask_cells(const at::Tensor& labels, const std::vector<bool>& outlined);

/// What the mask of each cell should be: the part of the outline that the cell's template covers.
/// @param masks  uint8 [B, I, I], 255 inside; any device
/// @param cells  of a response map of `side` cells whose middle lies on the patch's middle
/// @param step   px of the patch between two cells
/// @param size   px of the patch that one mask covers: the exemplar's side
/// @return       float [cells, size, size]: 1 inside, -1 outside, 0 beyond the patch
at::Tensor mask_windows(const at::Tensor& masks, std::span<const nn::Cell> cells, int side,
                        int step, int size);

/// Mean of log(1 + exp(-m p)) over pixels and cells; what lies beyond the patch adds a constant, as
/// in the published code. Differentiable.
/// @param logits   [cells, s, s], enlarged to the windows' size (bilinear, corners on corners)
/// @param windows  of mask_windows()
at::Tensor mask_loss(const at::Tensor& logits, const at::Tensor& windows);

}  // namespace siamtrack::training
