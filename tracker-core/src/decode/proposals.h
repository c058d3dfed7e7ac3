// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstddef>
#include <vector>

#include "decode/anchors.h"

/// From the maps of a region proposal head to boxes. Maps are plain floats, channel by channel,
/// rows of a channel one after another.
namespace siamtrack {

/// A box for each anchor and cell, in the order anchor, row, column. Centres are relative to the
/// patch centre; all lengths are network px.
struct Proposals {
  int side = 0;      ///< cells along one side of the map
  int per_cell = 0;  ///< anchors
  std::vector<float> centre_x;
  std::vector<float> centre_y;
  std::vector<float> width;
  std::vector<float> height;
  std::vector<float> score;  ///< probability of the target, [0, 1]

  std::size_t size() const { return score.size(); }
};

/// What the classification channels are.
enum class ScoreKind {
  kSoftmax,  ///< 2A channels: all anchors' background, then all anchors' target
  kSigmoid,  ///< A channels of logits (SiamRPN+ "thinner")
};

/// Boxes from anchors: cx = dx aw + ax, w = exp(dw) aw (Faster R-CNN eq. 2; SiamRPN sec. 3.2).
///
/// @param classification  [2A or A, side, side] logits
/// @param regression      [4A, side, side]: dx of all anchors, then dy, dw, dh
Proposals decode_anchors(const float* classification, const float* regression, int side,
                         const std::vector<AnchorShape>& anchors, int stride, ScoreKind kind);

/// Boxes from distances of a point to the four sides (FCOS sec. 3.1; NanoTrack).
///
/// @param classification  [2, side, side] logits: background, target
/// @param regression      [4, side, side] left, top, right, bottom, network px
/// @param origin          place of the first cell relative to the patch centre, network px
Proposals decode_distances(const float* classification, const float* regression, int side,
                           int stride, double origin);

}  // namespace siamtrack
