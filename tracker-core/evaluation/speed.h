// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <vector>

namespace siamtrack::evaluation {

/// Time per frame, in both of the field's meanings.
struct Speed {
  double fps_mean_of_rates = 0;  ///< got10k: mean of 1 / t over frames, then over sequences
  double fps_total = 0;          ///< frames / seconds over everything
  double p50_ms = 0;             ///< of update() alone, the first frame of each run left out
  double p95_ms = 0;
  double p99_ms = 0;
};

/// @param runs  seconds per frame of each sequence, frame 0 being the initialisation; values that
///              are NaN or not positive (frames the tracker never saw) count nowhere
Speed speed(const std::vector<std::vector<double>>& runs);

/// Percentile `share` in [0, 1], linear between neighbours (numpy's default); 0 of nothing.
double percentile(std::vector<double> values, double share);

}  // namespace siamtrack::evaluation
