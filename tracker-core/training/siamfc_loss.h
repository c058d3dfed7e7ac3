// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <span>

#include "siamtrack/box.h"

namespace siamtrack::training {

/// Which cells of a response map show the target: 1 where the L1 distance of the cell from the one
/// nearest to the target's centre is at most `radius`, else 0 (SiamFC sec. 2.1, equation 4). By
/// whole cells, so that every target has equally many; SiamDW moves them by rounding down instead.
///
/// @param targets  boxes in pixels of the search patch; none: no positive cell
/// @param patch    side of the search patch, px; the map's middle lies on the patch's middle
/// @param cells    side of the map
/// @param stride   px between cells
/// @param radius   px
/// @return         float [B, cells, cells]
at::Tensor label_maps(std::span<const std::optional<Box>> targets, int patch, int cells, int stride,
                      double radius);

/// SiamFC's loss, log(1 + exp(-y v)), where positive and negative cells of each map weigh one half
/// each (SiamFC sec. 2.1, equation 1; weights as in MatConvNet SiamFC). A map without positives
/// counts with its negatives alone.
/// @param responses  float [B, cells, cells]
/// @return           scalar, mean over the maps
at::Tensor balanced_logistic_loss(const at::Tensor& responses, const at::Tensor& labels);

/// Every exemplar against every search patch of the batch: softmax over all cells of all of them
/// should fall on the exemplar's own positives. Own addition; InfoNCE (van den Oord et al. 2018)
/// with the other pairs' cells as negatives.
/// @param responses  float [B search, B exemplar, cells, cells]
/// @return           scalar, mean over the exemplars that have positives
at::Tensor contrastive_loss(const at::Tensor& responses, const at::Tensor& labels);

}  // namespace siamtrack::training
