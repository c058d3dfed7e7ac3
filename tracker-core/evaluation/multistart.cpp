// SPDX-License-Identifier: LGPL-2.1-or-later
#include "evaluation/multistart.h"

#include <algorithm>
#include <numeric>

namespace siamtrack::evaluation {
namespace {

struct Curve {
  std::vector<double> sum;
  std::vector<double> active;
};

void add_run(const AnchorRun& run, std::size_t progress, Curve& curve) {
  const std::size_t length = run.overlaps.size();
  const bool failed = progress < length;
  double sum = 0;
  for (std::size_t j = 1; j < curve.sum.size(); ++j) {
    const bool inside = j < length;
    if (inside && j < progress) sum += run.overlaps[j];
    if (!inside && !failed) break;
    // The toolkit divides by j - 1 after the end of a failed run, by j inside.
    const double count = static_cast<double>(inside ? j : j - 1);
    if (count > 0) curve.sum[j] += sum / count;
    ++curve.active[j];
  }
}

}  // namespace

std::size_t progress_of(const AnchorRun& run) {
  constexpr double kThreshold = 0.1;
  constexpr int kGrace = 10;
  int grace = kGrace;
  for (std::size_t j = 0; j < run.overlaps.size(); ++j) {
    const bool bad = run.overlaps[j] <= kThreshold && !(j < run.empty.size() && run.empty[j]);
    grace = bad ? grace - 1 : kGrace;
    if (grace == 0) return j + 1 - kGrace;
  }
  return run.overlaps.size();
}

MultistartScores multistart_scores(const std::vector<MultistartSequence>& sequences, int low,
                                   int high) {
  double overlap_sum = 0, tracked_sum = 0, robust_sum = 0, length_sum = 0;
  std::vector<double> eao(static_cast<std::size_t>(high), 0), weights(eao.size(), 0);
  for (const auto& sequence : sequences) {
    double tracked = 0, total = 0;
    Curve curve{std::vector<double>(eao.size(), 0), std::vector<double>(eao.size(), 0)};
    for (const auto& run : sequence.runs) {
      const std::size_t progress = progress_of(run);
      tracked += static_cast<double>(progress);
      total += static_cast<double>(run.overlaps.size());
      overlap_sum += std::accumulate(run.overlaps.begin(),
                                     run.overlaps.begin() + static_cast<long>(progress), 0.0);
      add_run(run, progress, curve);
    }
    tracked_sum += tracked;
    if (total > 0) robust_sum += tracked / total * sequence.length;
    length_sum += sequence.length;
    // Weighted by the runs still going, the per-sequence mean is the plain sum.
    for (std::size_t j = 0; j < eao.size(); ++j) {
      eao[j] += curve.sum[j];
      weights[j] += curve.active[j];
    }
  }
  MultistartScores scores;
  scores.accuracy = tracked_sum > 0 ? overlap_sum / tracked_sum : 0;
  scores.robustness = length_sum > 0 ? robust_sum / length_sum : 0;
  double sum = 0, count = 0;
  for (auto j = static_cast<std::size_t>(low); j < eao.size(); ++j, ++count) {
    if (weights[j] > 0) sum += eao[j] / weights[j];
  }
  scores.eao = count > 0 ? sum / count : 0;
  return scores;
}

}  // namespace siamtrack::evaluation
