// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <vector>

#include "evaluation/overlap.h"

/// VOT2020 and later: many starts per sequence, no resets (Kristan et al., "The eighth visual
/// object tracking VOT2020 challenge results"); the Python toolkit's arithmetic.
namespace siamtrack::evaluation {

/// One run from an anchor, frames in running order.
struct AnchorRun {
  std::vector<double> overlaps;  ///< Python toolkit's overlap; 0 at the start
  std::vector<bool> empty;       ///< frames where the annotation is empty
};

struct MultistartScores {
  double accuracy = 0;    ///< weighted by tracked frames
  double robustness = 0;  ///< tracked share of the frames, weighted by sequence length
  double eao = 0;
};

/// Frames before the target is lost: 10 frames in a row at or below 0.1, annotated ones only.
/// @return  number of frames up to the start of the streak; all of them without one
std::size_t progress_of(const AnchorRun& run);

/// Runs of each sequence and its length.
struct MultistartSequence {
  std::vector<AnchorRun> runs;
  double length = 0;
};

/// @param low, high  interval of EAO: 115, 755 in VOT2020 to 2022; the toolkit's curve has `high`
///                   entries, so it ends one frame early
MultistartScores multistart_scores(const std::vector<MultistartSequence>& sequences, int low = 115,
                                   int high = 755);

}  // namespace siamtrack::evaluation
