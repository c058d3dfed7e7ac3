// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <vector>

/// Long-term tracking: precision and recall over the confidence (Lukezic et al., "Now you see me:
/// evaluating performance in long-term visual tracking", 2018); the VOT toolkit's arithmetic.
namespace siamtrack::evaluation {

/// One sequence, one entry per frame.
struct LongTermRun {
  std::vector<double> overlaps;    ///< 0 where the annotation says absent and at the start
  std::vector<double> confidence;  ///< NaN counts as below every threshold
  double visible = 0;              ///< frames with an annotation
};

struct LongTermScores {
  double f_score = 0;    ///< largest over thresholds
  double precision = 0;  ///< at that threshold
  double recall = 0;
  double threshold = 0;
};

/// At most `resolution` thresholds, descending from +inf to -inf, spread over the sorted
/// confidences.
std::vector<double> confidence_thresholds(std::vector<double> confidences, int resolution = 100);

LongTermScores long_term_scores(const std::vector<LongTermRun>& sequences);

}  // namespace siamtrack::evaluation
