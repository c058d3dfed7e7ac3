// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <map>

#include "evaluation/experiment.h"
#include "evaluation/restarts.h"
#include "evaluation/trajectory.h"
#include "siamtrack/error.h"

namespace siamtrack::evaluation {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

/// What a list says of the frames from `first` on; it may be shorter than the sequence.
template <typename T>
std::vector<T> from(std::size_t first, const std::vector<T>& list) {
  return {list.begin() + static_cast<std::ptrdiff_t>(std::min(first, list.size())), list.end()};
}

/// TRE and SRE: several runs per sequence, pooled.
class RestartExperiment final : public Experiment {
 public:
  RestartExperiment(std::string name, const ExperimentOptions& options)
      : name_(std::move(name)), root_(options.results / name_), rules_(options.rules) {}

  std::string name() const override { return name_; }

  bool is_done(const std::string& tracker, const Sequence& sequence) const override {
    const auto courses = courses_of(sequence, {});
    for (std::size_t k = 0; k < courses.size(); ++k) {
      if (!is_complete(files(tracker, sequence, k), courses[k].frames)) return false;
    }
    return true;
  }

  void run(const TrackerFactory& factory, const Sequence& sequence,
           Problems& problems) const override {
    const auto tracker = factory.make();
    const auto frames = open_source(sequence);
    const auto courses = courses_of(sequence, frame_size(sequence));
    for (std::size_t k = 0; k < courses.size(); ++k) {
      const auto where = files(factory.label(), sequence, k);
      if (is_complete(where, courses[k].frames)) continue;
      try {
        write_trajectory(where, run_course(*tracker, sequence, *frames, courses[k], problems));
      } catch (const Error& error) {  // the other courses still count
        problems.push_back({sequence.name, where.regions.string(), 0, error.what()});
      }
    }
  }

  json score(const std::string& tracker, const std::vector<Sequence>& sequences,
             Problems& problems) const override {
    std::vector<OpeCurves> all;
    std::map<std::string, std::vector<OpeCurves>> datasets;
    std::vector<std::vector<double>> seconds;
    json per_sequence = json::object();
    for (const Sequence& sequence : sequences) {
      std::vector<OpeCurves> runs;
      const auto truth = sequence.boxes();
      const auto courses = courses_of(sequence, {});
      for (std::size_t k = 0; k < courses.size(); ++k) {
        const auto where = files(tracker, sequence, k);
        if (!fs::exists(where.regions)) {
          problems.push_back({sequence.name, where.regions.string(), 0, "no result; left out"});
          continue;
        }
        Trajectory result;
        if (!try_read_trajectory(where, sequence.name, result, problems)) continue;
        const std::size_t first = courses[k].first;
        runs.push_back(
            ope(from(first, truth), result.boxes(), from(first, sequence.absent), rules_));
        seconds.push_back(result.seconds);
      }
      if (runs.empty()) continue;
      const OpeCurves pooled = pooled_curves(runs);
      all.push_back(pooled);
      datasets[sequence.dataset].push_back(pooled);
      per_sequence[sequence.dataset + "/" + sequence.name] = to_json(pooled, false);
    }
    json out = {{"overall", to_json(mean_curves(all), true)}, {"sequences", per_sequence}};
    out["overall"]["speed"] = speed_json(seconds);
    for (const auto& [name, curves] : datasets) {
      out["datasets"][name] = to_json(mean_curves(curves), true);
    }
    return out;
  }

 private:
  /// @param frame  {} where the boxes do not matter: a video that is opened before the workers are
  ///               forked could hold them up for ever
  std::vector<Course> courses_of(const Sequence& sequence, Size frame) const {
    return name_ == "tre" ? temporal_courses(sequence) : spatial_courses(sequence, frame);
  }
  TrajectoryFiles files(const std::string& tracker, const Sequence& sequence,
                        std::size_t run) const {
    return otb_files(root_ / sequence.dataset, tracker,
                     sequence.name + "_" + std::to_string(run + 1));
  }

  std::string name_;
  fs::path root_;
  OpeRules rules_;
};

}  // namespace

std::unique_ptr<Experiment> make_restart_experiment(const std::string& name,
                                                    const ExperimentOptions& options) {
  return std::make_unique<RestartExperiment>(name, options);
}

}  // namespace siamtrack::evaluation
