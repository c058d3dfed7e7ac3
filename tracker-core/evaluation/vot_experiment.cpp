// SPDX-License-Identifier: LGPL-2.1-or-later
#include <array>
#include <cstdio>

#include "evaluation/experiment.h"
#include "evaluation/ope_extras.h"
#include "evaluation/protocols.h"
#include "evaluation/text.h"
#include "evaluation/trajectory.h"
#include "evaluation/vot_scores.h"

namespace siamtrack::evaluation {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

enum class Kind { kSupervised, kRealtime, kRealtimePython, kUnsupervised };

Kind kind_of(const std::string& name) {
  if (name == "supervised") return Kind::kSupervised;
  if (name == "realtime") return Kind::kRealtime;
  if (name == "realtime-python") return Kind::kRealtimePython;
  return Kind::kUnsupervised;
}

/// Number of a run in a file name.
std::string digits(std::size_t number, int width) {
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), "%0*zu", width, number);
  return text.data();
}

/// Frames at the start that accuracy without resets leaves out: 10 in the stacks up to VOT2019, the
/// start alone in those with anchors.
int burn_in(const Sequence& sequence) { return sequence.anchors.empty() ? kBurnIn : 1; }

class VotExperiment final : public Experiment {
 public:
  VotExperiment(std::string name, const ExperimentOptions& options)
      : name_(std::move(name)), kind_(kind_of(name_)), options_(options) {}

  std::string name() const override { return name_; }

  bool is_done(const std::string& tracker, const Sequence& sequence) const override {
    return is_complete(files(tracker, sequence, "001"), sequence.length());
  }

  void run(const TrackerFactory& factory, const Sequence& sequence,
           Problems& problems) const override {
    const auto tracker = factory.make();
    const auto frames = open_source(sequence);
    write_trajectory(files(factory.label(), sequence, "001"),
                     run_once(*tracker, sequence, *frames, problems));
  }

  json score(const std::string& tracker, const std::vector<Sequence>& sequences,
             Problems& problems) const override {
    std::vector<SupervisedRuns> all;
    std::vector<std::vector<double>> seconds;
    json per_sequence = json::object();
    double weighted = 0, frames = 0;
    for (const Sequence& sequence : sequences) {
      SupervisedRuns runs = read_runs(tracker, sequence, seconds, problems);
      if (runs.runs.empty()) continue;
      const double accuracy = accuracy_without_resets(runs, burn_in(sequence));
      weighted += accuracy * static_cast<double>(sequence.length());
      frames += static_cast<double>(sequence.length());
      per_sequence[sequence.dataset + "/" + sequence.name] =
          kind_ == Kind::kUnsupervised ? json{{"accuracy_python", rounded(accuracy)}}
                                       : describe({runs});
      all.push_back(std::move(runs));
    }
    json overall = kind_ == Kind::kUnsupervised
                       ? json{{"accuracy_python", rounded(frames > 0 ? weighted / frames : 0)}}
                       : describe(all);
    if (kind_ == Kind::kUnsupervised) overall.update(long_term_json(tracker, sequences));
    overall["speed"] = speed_json(seconds);
    return {{"overall", overall}, {"sequences", per_sequence}};
  }

 private:
  Trajectory run_once(Tracker& tracker, const Sequence& sequence, FrameSource& frames,
                      Problems& problems) const {
    RealtimeOptions realtime;
    realtime.fps = options_.realtime_fps;
    switch (kind_) {
      case Kind::kRealtime:
        return run_realtime(tracker, sequence, frames, realtime, problems);
      case Kind::kRealtimePython:
        realtime.fps = sequence.fps;
        return run_realtime_python(tracker, sequence, frames, realtime, problems);
      case Kind::kUnsupervised: {
        Course course = whole(sequence);
        course.as_annotated = true;
        course.box = area_matched_box(sequence.ground_truth[course.first]);
        Trajectory out = run_course(tracker, sequence, frames, course, problems);
        out.regions.front() = Special{kStarted};
        align_to_frames(out, course, Special{kUnknown});
        return out;
      }
      default:
        return run_supervised(tracker, sequence, frames, {}, problems);
    }
  }

  fs::path folder(const Sequence& sequence) const {
    return options_.results / "vot" / sequence.dataset;
  }
  TrajectoryFiles files(const std::string& tracker, const Sequence& sequence,
                        const std::string& run) const {
    std::string folder_name = name_;
    // The toolkits call the experiment with resets "baseline".
    if (kind_ == Kind::kSupervised) folder_name = "baseline";
    // Other clocks than VOT's have folders of their own: they give other results.
    const double fps = options_.realtime_fps;
    if (kind_ == Kind::kRealtime && fps != kVotFps) folder_name += "-" + fixed(fps, 3);
    return vot_files(folder(sequence), tracker, folder_name, sequence.name, run);
  }

  /// All repetitions that are there.
  SupervisedRuns read_runs(const std::string& tracker, const Sequence& sequence,
                           std::vector<std::vector<double>>& seconds, Problems& problems) const {
    SupervisedRuns runs{{}, sequence.ground_truth, frame_size(sequence)};
    for (std::size_t r = 1;; ++r) {
      const auto where = files(tracker, sequence, digits(r, 3));
      if (!has_result(where)) break;
      Trajectory result;
      if (!try_read_trajectory(where, sequence.name, result, problems)) continue;
      if (result.regions.size() != sequence.length()) {
        problems.push_back({sequence.name, where.regions.string(), 0,
                            std::to_string(result.regions.size()) + " lines for " +
                                std::to_string(sequence.length()) + " frames"});
      }
      runs.runs.push_back(std::move(result.regions));
      seconds.push_back(std::move(result.seconds));
    }
    if (runs.runs.empty()) {
      problems.push_back({sequence.name, files(tracker, sequence, "001").regions.string(), 0,
                          "no result of " + tracker + "; sequence left out"});
    }
    return runs;
  }

  json describe(std::vector<SupervisedRuns> runs) const {
    const EaoInterval interval = options_.eao_high > 0
                                     ? EaoInterval{options_.eao_low, options_.eao_high}
                                     : eao_interval(options_.vot_year);
    json out = {{"vot_year", options_.vot_year}};
    if (kind_ == Kind::kRealtime) out["realtime_fps"] = options_.realtime_fps;
    const SupervisedScores python = supervised_scores_python(runs, interval);
    out["accuracy_python"] = rounded(python.accuracy);
    out["robustness_python"] = rounded(python.robustness);
    out["eao_python"] = rounded(python.eao);
    // The MATLAB toolkit compared whole regions until 2015, from 2016 on what the frame shows.
    if (options_.vot_year <= 2015) {
      for (auto& one : runs) one.size = {};
    }
    for (const OverlapKind kind : {OverlapKind::kLegacy, OverlapKind::kExact}) {
      const SupervisedScores s = supervised_scores(runs, kind, interval);
      out["accuracy_" + name_of(kind)] = rounded(s.accuracy);
      out["eao_" + name_of(kind)] = rounded(s.eao);
      out["robustness"] = rounded(s.robustness);
      out["failures"] = rounded(s.failures);
    }
    return out;
  }

  /// F-score over the answers' confidences.
  json long_term_json(const std::string& tracker, const std::vector<Sequence>& sequences) const {
    std::vector<LongTermRun> runs;
    Problems told_before;
    for (const Sequence& sequence : sequences) {
      const auto where = files(tracker, sequence, "001");
      if (!has_result(where)) continue;
      Trajectory result;
      const bool read = try_read_trajectory(where, sequence.name, result, told_before);
      if (read && !result.confidence.empty()) runs.push_back(long_term_run(sequence, result));
    }
    return to_json(long_term_scores(runs));
  }

  std::string name_;
  Kind kind_;
  ExperimentOptions options_;
};

}  // namespace

std::unique_ptr<Experiment> make_vot_experiment(const std::string& name,
                                                const ExperimentOptions& options) {
  return std::make_unique<VotExperiment>(name, options);
}

}  // namespace siamtrack::evaluation
