// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <vector>

#include "siamtrack/box.h"

/// GOT-10k's measures (Huang, Zhao and Huang, "GOT-10k: a large high-diversity benchmark for
/// generic object tracking in the wild", TPAMI 2019), with the arithmetic of the got10k package.
namespace siamtrack::evaluation {

/// Overlaps of one sequence that count: all but the first frame and frames with cover 0.
///
/// @param size  of the frame: both boxes are clipped to it first; 0 x 0 = not clipped
std::vector<double> got10k_overlaps(const std::vector<Box>& truth, const std::vector<Box>& results,
                                    const std::vector<int>& cover, Size size);

/// Box clipped as got10k does: the corner moves inside, the extent is cut to what is left, but not
/// by the amount the corner moved (a quirk that the published numbers contain).
Box got10k_clipped(const Box& box, Size size);

struct Got10kScores {
  double ao = 0;    ///< mean overlap over all frames of all sequences
  double sr50 = 0;  ///< share of frames above 0.5
  double sr75 = 0;
  double frames = 0;
};

Got10kScores got10k_scores(const std::vector<double>& pooled_overlaps);

}  // namespace siamtrack::evaluation
