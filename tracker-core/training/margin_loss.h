// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <ATen/core/Tensor.h>

/// A discriminative loss on the features that SiamMargin correlates, so that what only resembles
/// the target lies apart from it by a margin. How SiamMargin was trained is not published;
/// VOT2019's report says as much as the sentence above. The form is CosFace's (Wang et al. 2018,
/// eq. 4). Pure.
namespace siamtrack::training {

/// What each cell of the response map shows: 1 the target (an anchor there is positive), 0
/// something else (all anchors are negative), -1 neither.
/// @param labels  int64 [B, A, N, N], of all anchors (AnchorTargets)
/// @return        int64 [B, N, N]
at::Tensor cell_labels(const at::Tensor& labels);

/// Cosine between each template and the part of the search patch that each cell sees.
/// @param z  [B, C, h, h], template features  @param x  [B, C, W, W], search features
/// @return   [B, W - h + 1, W - h + 1], in [-1, 1]
at::Tensor cosine_map(const at::Tensor& z, const at::Tensor& x);

/// -log of the probability of a target's cell among itself and all other cells of its patch, from
/// logits scale * (cosine - margin) for itself and scale * cosine for others; the hardest others
/// count most. Mean over a pair's target cells, then over the pairs that have some; 0 without any.
/// Differentiable.
/// @param cosines  [B, N, N]  @param cells  cell_labels()
at::Tensor margin_loss(const at::Tensor& cosines, const at::Tensor& cells, double scale,
                       double margin);

}  // namespace siamtrack::training
