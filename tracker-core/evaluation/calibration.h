// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <vector>

#include "evaluation/sequence.h"
#include "evaluation/trajectory.h"
#include "src/decode/logit_line.h"

/// Turns a tracker's scores into confidences: of the frames with confidence c, a share of c has the
/// target in the box.
namespace siamtrack::evaluation {

/// What a tracker said of one frame, and whether it was right.
struct ScoredFrame {
  double score = 0;   ///< in [0, 1]
  bool hit = false;   ///< the box overlaps the annotated one by more than kHitOverlap
  double weight = 1;  ///< 1 / frames of its sequence, so that long sequences do not rule
};

/// Overlap from which a box counts as on the target. Lower than the benchmarks' 0.5: a box of the
/// wrong size is a matter of accuracy, not of having lost the target.
constexpr double kHitOverlap = 0.3;

/// The frames of one run behind the first one. Frames whose target is annotated as absent are no
/// hits; frames without score are left out.
std::vector<ScoredFrame> scored_frames(const Sequence& sequence, const Trajectory& trajectory);

/// Logistic regression of hits on logit(score) (Platt 1999), by Newton's method. A weak prior
/// towards slope 1 keeps it finite when every frame is a hit.
/// Throws  Error(kInvalidArgument) without frames
LogitLine fit_confidence(const std::vector<ScoredFrame>& frames);

/// What comes out when `second` is applied to confidences that `first` made.
LogitLine chained(const LogitLine& first, const LogitLine& second);

/// Weighted mean of |share of hits - confidence| over ten equal bins of confidence (Guo et al.
/// 2017, "expected calibration error").
double calibration_error(const std::vector<ScoredFrame>& frames);

/// The frames with `line` applied to their scores.
std::vector<ScoredFrame> applied(const LogitLine& line, std::vector<ScoredFrame> frames);

}  // namespace siamtrack::evaluation
