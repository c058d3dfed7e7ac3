// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <algorithm>
#include <cmath>

/// Calibrated confidences: what a tracker's score is turned into, so that it means a chance.
namespace siamtrack {

inline double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

/// log(p / (1 - p)); finite for 0 and 1 too.
inline double logit(double p) {
  constexpr double kEdge = 1e-9;
  const double inside = std::clamp(p, kEdge, 1 - kEdge);
  return std::log(inside / (1 - inside));
}

/// A line on the logit (Platt 1999). The default leaves a score as it is.
struct LogitLine {
  double slope = 1;
  double centre = 0;
};

/// sigmoid(slope (logit(score) - centre)), in [0, 1].
inline double calibrated(double score, const LogitLine& line) {
  return sigmoid(line.slope * (logit(score) - line.centre));
}

}  // namespace siamtrack
