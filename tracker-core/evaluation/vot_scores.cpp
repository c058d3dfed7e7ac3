// SPDX-License-Identifier: LGPL-2.1-or-later
#include "evaluation/vot_scores.h"

#include <algorithm>
#include <cmath>

#include "siamtrack/error.h"

namespace siamtrack::evaluation {
namespace {

int code_of(const Region& region) {
  const auto* special = std::get_if<Special>(&region);
  return special == nullptr ? -1 : special->code;
}

double count_failures(const std::vector<Region>& run) {
  return static_cast<double>(std::count_if(
      run.begin(), run.end(), [](const Region& region) { return code_of(region) == kFailed; }));
}

/// The MATLAB toolkit bounds overlaps by [width, height] - 1 for EAO and by the size for accuracy.
Size less_one(Size size) { return size.width > 0 ? Size{size.width - 1, size.height - 1} : size; }

std::size_t longest_of(const std::vector<SupervisedRuns>& sequences) {
  std::size_t longest = 0;
  for (const auto& s : sequences) longest = std::max(longest, s.truth.size());
  return longest;
}

/// Mean over runs of each frame, pooled over sequences.
double pooled_accuracy(const std::vector<SupervisedRuns>& sequences, OverlapKind kind) {
  double total = 0, frames = 0;
  for (const auto& s : sequences) {
    std::vector<double> sums(s.truth.size(), 0), counts(s.truth.size(), 0);
    for (const auto& run : s.runs) {
      const auto overlaps = run_overlaps(run, s.truth, kind, s.size, kBurnIn);
      for (std::size_t i = 0; i < overlaps.size(); ++i) {
        if (std::isnan(overlaps[i])) continue;
        sums[i] += overlaps[i];
        ++counts[i];
      }
    }
    for (std::size_t i = 0; i < sums.size(); ++i) {
      if (counts[i] == 0) continue;
      total += sums[i] / counts[i];
      ++frames;
    }
  }
  return frames > 0 ? total / frames : 0;
}

/// Pieces of one run by the Python toolkit: from a start to the frame before its failure.
void add_python_fragments(const SupervisedRuns& s, const std::vector<Region>& run,
                          std::vector<Fragment>& fragments) {
  std::vector<double> overlaps;
  std::vector<std::size_t> starts, fails;
  const std::size_t frames = std::min(run.size(), s.truth.size());
  for (std::size_t i = 0; i < frames; ++i) {
    overlaps.push_back(overlap(run[i], s.truth[i], OverlapKind::kVot, s.size));
    if (code_of(run[i]) == kStarted) starts.push_back(i);
    if (code_of(run[i]) == kFailed) fails.push_back(i);
  }
  const auto add = [&](std::size_t from, std::size_t to, bool failed) {
    fragments.push_back(
        {{overlaps.begin() + static_cast<long>(from), overlaps.begin() + static_cast<long>(to)},
         failed,
         1});
  };
  for (std::size_t k = 0; k < fails.size(); ++k) {
    // Files of other programs may tell of a failure without its start.
    if (k < starts.size() && starts[k] < fails[k]) add(starts[k], fails[k], true);
  }
  if (fails.empty()) {
    add(0, frames, false);
  } else if (starts.size() > fails.size()) {
    add(starts.back(), frames, false);
  }
}

double mean_without_nan(const std::vector<double>& values) {
  double sum = 0, count = 0;
  for (const double value : values) {
    if (std::isnan(value)) continue;
    sum += value;
    ++count;
  }
  return count > 0 ? sum / count : 0;
}

}  // namespace

EaoInterval eao_interval(int year) {
  switch (year) {
    case 2015:
    case 2016:
      return {108, 371};
    case 2017:
    case 2018:
      return {100, 356};
    case 2019:
      return {46, 291};
    default:
      throw Error(ErrorCode::kInvalidArgument,
                  "expected a VOT year from 2015 to 2019, found " + std::to_string(year));
  }
}

std::vector<double> run_overlaps(const std::vector<Region>& run, const std::vector<Region>& truth,
                                 OverlapKind kind, Size bounds, int burn_in) {
  const std::size_t frames = std::min(run.size(), truth.size());
  std::vector<double> overlaps(frames, std::nan(""));
  int wait = 0;
  for (std::size_t i = 0; i < frames; ++i) {
    if (code_of(run[i]) == kStarted) wait = burn_in;
    const bool burning = wait > 0;
    wait = std::max(0, wait - 1);
    if (code_of(run[i]) >= 0 || burning) continue;
    overlaps[i] = overlap(run[i], truth[i], kind, bounds);
  }
  return overlaps;
}

std::vector<Fragment> fragments_of(const std::vector<double>& overlaps,
                                   const std::vector<Region>& run, double weight) {
  std::vector<std::size_t> points = {0};
  for (std::size_t i = 0; i < overlaps.size(); ++i) {
    if (code_of(run[i]) == kFailed && i + kSkipAfterFailure < overlaps.size()) {
      points.push_back(i + kSkipAfterFailure);
    }
  }
  std::vector<Fragment> fragments;
  for (std::size_t k = 0; k < points.size(); ++k) {
    const bool last = k + 1 == points.size();
    const std::size_t end = last ? overlaps.size() : points[k + 1] + 1;
    Fragment fragment{{}, !last, weight};
    for (std::size_t i = points[k]; i < end; ++i) {
      fragment.overlaps.push_back(std::isnan(overlaps[i]) ? 0 : overlaps[i]);
    }
    fragments.push_back(std::move(fragment));
  }
  return fragments;
}

std::vector<double> expected_overlap(const std::vector<Fragment>& fragments, std::size_t longest) {
  std::vector<double> sums(longest, 0), weights(longest, 0);
  for (const auto& fragment : fragments) {
    double sum = 0;
    for (std::size_t n = 1; n < longest; ++n) {
      const bool inside = n < fragment.overlaps.size();
      if (!inside && !fragment.failed) break;
      if (inside) sum += fragment.overlaps[n];
      sums[n] += fragment.weight * sum / static_cast<double>(n);
      weights[n] += fragment.weight;
    }
  }
  std::vector<double> curve(longest, std::nan(""));
  if (longest > 0) curve[0] = 1;
  for (std::size_t n = 1; n < longest; ++n) {
    if (weights[n] > 0) curve[n] = sums[n] / weights[n];
  }
  return curve;
}

double mean_in(const std::vector<double>& curve, EaoInterval interval) {
  const auto begin = std::min(static_cast<std::size_t>(interval.low - 1), curve.size());
  const auto end = std::min(static_cast<std::size_t>(interval.high), curve.size());
  return mean_without_nan(
      {curve.begin() + static_cast<long>(begin), curve.begin() + static_cast<long>(end)});
}

SupervisedScores supervised_scores(const std::vector<SupervisedRuns>& sequences, OverlapKind kind,
                                   EaoInterval interval) {
  SupervisedScores scores;
  scores.accuracy = pooled_accuracy(sequences, kind);
  std::vector<Fragment> fragments;
  double frames = 0;
  for (const auto& s : sequences) {
    frames += static_cast<double>(s.truth.size());
    const double weight = 1.0 / static_cast<double>(std::max<std::size_t>(s.runs.size(), 1));
    for (const auto& run : s.runs) {
      scores.failures += weight * count_failures(run);
      const auto overlaps = run_overlaps(run, s.truth, kind, less_one(s.size), 0);
      const auto pieces = fragments_of(overlaps, run, weight);
      fragments.insert(fragments.end(), pieces.begin(), pieces.end());
    }
  }
  scores.robustness = frames > 0 ? 100 * scores.failures / frames : 0;
  scores.eao = mean_in(expected_overlap(fragments, longest_of(sequences)), interval);
  return scores;
}

SupervisedScores supervised_scores_python(const std::vector<SupervisedRuns>& sequences,
                                          EaoInterval interval) {
  SupervisedScores scores;
  std::vector<Fragment> fragments;
  std::size_t longest = 0;
  double frames = 0;
  for (const auto& s : sequences) {
    const auto length = static_cast<double>(s.truth.size());
    const auto runs = static_cast<double>(std::max<std::size_t>(s.runs.size(), 1));
    for (const auto& run : s.runs) {
      const auto overlaps = run_overlaps(run, s.truth, OverlapKind::kVot, s.size, kBurnIn);
      scores.accuracy += length * mean_without_nan(overlaps) / runs;
      scores.robustness += length * count_failures(run) / runs;
      scores.failures += count_failures(run) / runs;
      add_python_fragments(s, run, fragments);
    }
    frames += length;
  }
  for (const auto& fragment : fragments) longest = std::max(longest, fragment.overlaps.size());
  scores.accuracy /= std::max(frames, 1.0);
  scores.robustness /= std::max(frames, 1.0);
  // The toolkit indexes the curve from 0 with the same two numbers: one frame later, and its
  // position 0 (the start) is 0 instead of undefined.
  const auto curve = expected_overlap(fragments, longest);
  scores.eao = mean_in(curve, {interval.low + 1, interval.high + 1});
  return scores;
}

double accuracy_without_resets(const SupervisedRuns& s, int burn_in) {
  double sum = 0, count = 0;
  for (const auto& run : s.runs) {
    for (const double o : run_overlaps(run, s.truth, OverlapKind::kVot, s.size, burn_in)) {
      if (std::isnan(o)) continue;
      sum += o;
      ++count;
    }
  }
  return count > 0 ? sum / count : 0;
}

}  // namespace siamtrack::evaluation
