// SPDX-License-Identifier: LGPL-2.1-or-later
#include "evaluation/tune.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "evaluation/experiment.h"
#include "evaluation/ope.h"
#include "evaluation/run.h"
#include "evaluation/text.h"
#include "evaluation/trajectory.h"
#include "siamtrack/error.h"

namespace siamtrack::evaluation {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr int kRound = 8;  // trials that are made before the best one is looked at again
constexpr double kFirstSpread = 0.25;  // of a range, around the best trial
constexpr double kLastSpread = 0.03;

/// Uniform in [0, 1), the same on every platform.
double uniform(std::mt19937& random) { return static_cast<double>(random()) / 4294967296.0; }

json spread(const std::vector<TuneRange>& ranges, std::mt19937& random) {
  json values = json::object();
  for (const auto& r : ranges) {
    values[r.key] = r.nearest(r.low + (r.high - r.low) * uniform(random));
  }
  return values;
}

json near(const json& centre, const std::vector<TuneRange>& ranges, double width,
          std::mt19937& random) {
  json values = json::object();
  for (const auto& r : ranges) {
    const double reach = width * (r.high - r.low);
    const double middle = centre.value(r.key, (r.low + r.high) / 2);
    values[r.key] =
        r.nearest(std::clamp(middle + reach * (2 * uniform(random) - 1), r.low, r.high));
  }
  return values;
}

/// Folder of one trial: the values as a name.
std::string name_of(const json& values) {
  std::string name;
  for (const auto& [key, value] : values.items()) {
    name += (name.empty() ? "" : ",") + key + "=" + fixed(value.get<double>(), 4);
  }
  return name.empty() ? "own" : name;
}

TrajectoryFiles cached(const fs::path& cache, const json& values, const Sequence& sequence) {
  TrajectoryFiles files = otb_files(cache / name_of(values), sequence.dataset, sequence.name);
  files.confidence.clear();
  files.masks.clear();
  return files;
}

/// Runs what the cache does not have. The model is loaded only when something is missing.
void run_trial(const TrialFactory& factory, const json& values,
               const std::vector<Sequence>& sequences, const fs::path& cache, Problems& problems) {
  std::unique_ptr<TrackerFactory> made;
  for (const Sequence& sequence : sequences) {
    const auto files = cached(cache, values, sequence);
    if (is_complete(files, sequence.length())) continue;
    if (!made) made = factory(values);
    const auto tracker = made->make();
    try {
      const Course course = whole(sequence);
      Trajectory out = run_course(*tracker, sequence, *open_source(sequence), course, problems);
      align_to_frames(out, course, course.box);
      write_trajectory(files, out);
    } catch (const Error& error) {  // the other sequences still count
      problems.push_back({sequence.name, {}, 0, name_of(values) + ": " + error.what()});
    }
  }
}

double score_of(const json& values, const std::vector<Sequence>& sequences, const fs::path& cache,
                Problems& problems) {
  std::vector<OpeCurves> curves;
  for (const Sequence& sequence : sequences) {
    const auto files = cached(cache, values, sequence);
    if (!fs::exists(files.regions)) continue;
    const auto result = read_trajectory(files, sequence.name, problems);
    curves.push_back(ope(sequence.boxes(), result.boxes(), sequence.absent));
  }
  return scores(mean_curves(curves)).auc;
}

}  // namespace

double TuneRange::nearest(double value) const {
  if (step > 0) {
    const double most = std::floor((high - low) / step);
    value = low + step * std::min(most, std::round((value - low) / step));
  }
  return std::round(value * 1e4) / 1e4;
}

TuneRange parse_range(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals != std::string::npos && text.find(',') == std::string::npos) {
    std::string numbers = text.substr(equals + 1);
    std::ranges::replace(numbers, ':', ',');
    const auto found = parse_numbers(numbers);
    const bool usable = found && (found->size() == 2 || found->size() == 3);
    if (usable && (*found)[0] <= (*found)[1]) {
      const double step = found->size() == 3 ? (*found)[2] : 0;
      if (step >= 0) return {text.substr(0, equals), (*found)[0], (*found)[1], step};
    }
  }
  throw Error(ErrorCode::kInvalidArgument,
              "expected KEY=LOW:HIGH or KEY=LOW:HIGH:STEP, found '" + text + "'");
}

std::vector<TuneRange> default_ranges(const std::string& architecture) {
  if (architecture.starts_with("siamfc")) {
    return {{"scale_step", 1.01, 1.15},
            {"scale_penalty", 0.9, 1.0},
            {"scale_lr", 0.1, 0.9},
            {"window_influence", 0.0, 0.6}};
  }
  return {{"penalty_k", 0.0, 0.3}, {"window_influence", 0.05, 0.65}, {"learning_rate", 0.1, 0.8}};
}

std::vector<Sequence> half_of(const std::vector<Sequence>& sequences, int which) {
  std::vector<Sequence> half;
  for (std::size_t i = static_cast<std::size_t>(which); i < sequences.size(); i += 2) {
    half.push_back(sequences[i]);
  }
  return half;
}

TuneOutcome tune(const TrialFactory& factory, const std::vector<Sequence>& sequences,
                 const TuneOptions& options, const Progress& progress) {
  std::mt19937 random(options.seed);
  TuneOutcome outcome;
  const auto total = static_cast<std::size_t>(std::max(options.trials, 1));
  while (outcome.trials.size() < total && !outcome.interrupted) {
    const std::size_t done = outcome.trials.size();
    std::vector<Job> jobs;
    for (std::size_t k = done; k < std::min(total, done + kRound); ++k) {
      const double share = static_cast<double>(k) / static_cast<double>(total);
      const double width = kFirstSpread + (kLastSpread - kFirstSpread) * (2 * share - 1);
      json values = json::object();
      if (k > 0) {
        values = share < 0.5
                     ? spread(options.ranges, random)
                     : near(outcome.trials[outcome.best].values, options.ranges, width, random);
      }
      outcome.trials.push_back({values, 0});
      jobs.push_back({name_of(values), {}, [&, values](Problems& problems) {
                        run_trial(factory, values, sequences, options.cache, problems);
                      }});
    }
    const auto round =
        run_jobs(jobs, options.workers, [&](std::size_t n, std::size_t, const std::string& what) {
          if (progress) progress(done + n, total, what);
        });
    outcome.interrupted = round.interrupted;
    outcome.problems.insert(outcome.problems.end(), round.problems.begin(), round.problems.end());
    for (std::size_t k = done; k < outcome.trials.size(); ++k) {
      Trial& trial = outcome.trials[k];
      Problems ignored;  // told when it was run
      trial.score = score_of(trial.values, sequences, options.cache, ignored);
      if (trial.score > outcome.trials[outcome.best].score) outcome.best = k;
    }
  }
  return outcome;
}

std::optional<double> score_trial(const TrialFactory& factory, const json& values,
                                  const std::vector<Sequence>& sequences, const fs::path& cache,
                                  Problems& problems) {
  const auto jobs =
      run_jobs({{name_of(values),
                 {},
                 [&](Problems& told) { run_trial(factory, values, sequences, cache, told); }}},
               1);
  problems.insert(problems.end(), jobs.problems.begin(), jobs.problems.end());
  if (jobs.interrupted) return std::nullopt;
  return score_of(values, sequences, cache, problems);
}

}  // namespace siamtrack::evaluation
