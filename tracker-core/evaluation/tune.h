// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "evaluation/jobs.h"
#include "evaluation/sequence.h"
#include "evaluation/tracker.h"

/// Search for test-time hyper-parameters, as the published trackers do on their benchmarks.
namespace siamtrack::evaluation {

/// One hyper-parameter and where it may lie.
struct TuneRange {
  std::string key;
  double low = 0;
  double high = 1;
  double step = 0;  ///< between two values, from the low one on; 0: any value

  /// The value to try instead of `value`, which lies within the range. Four places are more than a
  /// benchmark can tell apart, and make names of cached trials short.
  double nearest(double value) const;
};

/// "penalty_k=0.0:0.2", or "looks=1:4:1" with a step. Throws  Error(kInvalidArgument)
TuneRange parse_range(const std::string& text);

/// The usual ranges of an architecture's hyper-parameters ("siamfc...", else region proposal).
std::vector<TuneRange> default_ranges(const std::string& architecture);

/// One point of the search.
struct Trial {
  nlohmann::json values;  ///< laid over the model's own hyper-parameters; empty = as they are
  double score = 0;       ///< mean AUC over the sequences
};

struct TuneOptions {
  std::vector<TuneRange> ranges;
  int trials = 32;  ///< the model's own values included
  unsigned seed = 0;
  int workers = 1;
  std::filesystem::path cache;  ///< trajectories; a search that is started again goes on with them
};

/// Makes the tracker that a trial describes.
using TrialFactory = std::function<std::unique_ptr<TrackerFactory>(const nlohmann::json& values)>;

struct TuneOutcome {
  std::vector<Trial> trials;  ///< in the order they were made; the first one is the model's own
  std::size_t best = 0;
  Problems problems;
  bool interrupted = false;
};

/// First half of the trials spread at random, the others around the best one, ever closer. Trials
/// of a round run in parallel; the same seed gives the same search whatever the number of workers.
TuneOutcome tune(const TrialFactory& factory, const std::vector<Sequence>& sequences,
                 const TuneOptions& options, const Progress& progress = {});

/// Mean AUC of one trial over other sequences, with the same cache; none when it is interrupted.
std::optional<double> score_trial(const TrialFactory& factory, const nlohmann::json& values,
                                  const std::vector<Sequence>& sequences,
                                  const std::filesystem::path& cache, Problems& problems);

/// Every second sequence, from the first (0) or the second (1) on.
std::vector<Sequence> half_of(const std::vector<Sequence>& sequences, int which);

}  // namespace siamtrack::evaluation
