// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "evaluation/longterm.h"
#include "evaluation/problem.h"
#include "evaluation/sequence.h"
#include "evaluation/trajectory.h"

namespace siamtrack::evaluation {

/// One sequence's result for long_term_scores(): overlaps as the Python VOT toolkit has them.
LongTermRun long_term_run(const Sequence& sequence, const Trajectory& result);

nlohmann::json to_json(const LongTermScores& scores);

/// Measures other than OTB's that one pass over a sequence gives too: GOT-10k's AO and SR, the
/// long-term F-score when there are confidences, J and F when there are masks.
class OpeExtras {
 public:
  void add(const Sequence& sequence, const Trajectory& result, Problems& problems);
  void add(const OpeExtras& other);
  nlohmann::json summary() const;

 private:
  void add_masks(const Sequence& sequence, const Trajectory& result, Problems& problems);

  std::vector<double> got10k_overlaps_;
  std::vector<LongTermRun> long_term_;
  std::vector<double> region_means_, contour_means_;  ///< one per sequence
};

}  // namespace siamtrack::evaluation
