// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstddef>
#include <vector>

#include "decode/proposals.h"
#include "siamtrack/box.h"

/// From proposals to the new state of a target (SiamRPN sec. 4.3 "proposal selection"). Pure.
namespace siamtrack {

/// Test-time hyper-parameters of every region proposal tracker.
struct RpnParameters {
  double penalty_k = 0.04;         ///< strength of the penalty on change of size and shape
  double window_influence = 0.44;  ///< share of the cosine window in the ranking
  double learning_rate = 0.40;     ///< share of the new size that is taken over at best
};

/// Width and height of a target, network px.
struct Extent {
  double width = 0;
  double height = 0;
};

/// The proposal that becomes the target's next box.
struct Choice {
  std::size_t index = 0;
  double score = 0;    ///< probability before penalty and window
  double penalty = 0;  ///< (0, 1]
  double ranking = 0;  ///< penalised and windowed score
};

/// How alike two extents are: exp(-(r s - 1) k), where r and s are the changes of aspect ratio and
/// of padded size, both >= 1.
double change_penalty(const Extent& now, const Extent& before, double penalty_k);

/// The first proposal with the highest ranking
/// penalty score (1 - influence) + hann2d influence.
/// @param before  the target in the last frame
/// Requires  proposals not empty
Choice choose(const Proposals& proposals, const Extent& before, const RpnParameters& parameters);

/// The chosen box in the frame: its centre is taken over, its size mixed with the previous one at
/// the rate penalty score learning_rate.
/// @param previous  frame px; its centre is that of the patch
/// @param scale     network px per frame px
Box updated_box(const Proposals& proposals, const Choice& choice, const Box& previous, double scale,
                double learning_rate);

/// Centre within the frame, sides from 10 px to the frame's; 10 px wins (pysot _bbox_clip).
Box clip_to_frame(const Box& box, Size frame);

}  // namespace siamtrack
