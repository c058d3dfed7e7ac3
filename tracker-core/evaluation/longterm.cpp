// SPDX-License-Identifier: LGPL-2.1-or-later
#include "evaluation/longterm.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace siamtrack::evaluation {
namespace {

struct PrecisionRecall {
  double precision = 1;  ///< of a tracker that never answers
  double recall = 0;
};

PrecisionRecall at_threshold(const LongTermRun& run, double threshold) {
  double sum = 0, count = 0;
  for (std::size_t i = 0; i < run.overlaps.size(); ++i) {
    if (!(run.confidence[i] >= threshold)) continue;
    sum += run.overlaps[i];
    ++count;
  }
  if (count == 0) return {};
  return {sum / count, run.visible > 0 ? sum / run.visible : 0};
}

}  // namespace

std::vector<double> confidence_thresholds(std::vector<double> confidences, int resolution) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  std::erase_if(confidences, [](double c) { return std::isnan(c); });
  std::sort(confidences.rbegin(), confidences.rend());
  const auto inner = static_cast<std::size_t>(resolution - 2);
  std::vector<double> thresholds = {kInfinity};
  if (confidences.size() <= inner) {
    thresholds.insert(thresholds.end(), confidences.begin(), confidences.end());
  } else {
    const double n = static_cast<double>(confidences.size());
    const double delta = std::floor(n / static_cast<double>(inner));
    const double step = (n - 2 * delta) / static_cast<double>(inner - 1);
    for (std::size_t k = 0; k < inner; ++k) {
      const double place = std::nearbyint(delta + step * static_cast<double>(k));
      thresholds.push_back(confidences[static_cast<std::size_t>(std::min(place, n - 1))]);
    }
  }
  thresholds.push_back(-kInfinity);
  return thresholds;
}

LongTermScores long_term_scores(const std::vector<LongTermRun>& sequences) {
  std::vector<double> confidences;
  for (const auto& run : sequences) {
    confidences.insert(confidences.end(), run.confidence.begin(), run.confidence.end());
  }
  LongTermScores best;
  const auto count = static_cast<double>(std::max<std::size_t>(sequences.size(), 1));
  for (const double threshold : confidence_thresholds(std::move(confidences))) {
    PrecisionRecall mean{0, 0};
    for (const auto& run : sequences) {
      const PrecisionRecall one = at_threshold(run, threshold);
      mean.precision += one.precision / count;
      mean.recall += one.recall / count;
    }
    const double sum = mean.precision + mean.recall;
    const double f = sum > 0 ? 2 * mean.precision * mean.recall / sum : 0;
    if (f > best.f_score) best = {f, mean.precision, mean.recall, threshold};
  }
  return best;
}

}  // namespace siamtrack::evaluation
