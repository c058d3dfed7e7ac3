// SPDX-License-Identifier: LGPL-2.1-or-later
#include <map>

#include "evaluation/experiment.h"
#include "evaluation/ope_extras.h"
#include "evaluation/run.h"
#include "evaluation/trajectory.h"

namespace siamtrack::evaluation {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

/// Curves and times of some sequences together.
struct Group {
  std::vector<OpeCurves> curves;
  std::vector<std::vector<double>> seconds;

  void add(const OpeCurves& c, const std::vector<double>& s) {
    curves.push_back(c);
    seconds.push_back(s);
  }
  json summary(bool with_curves) const {
    json out = to_json(mean_curves(curves), with_curves);
    out["sequences"] = curves.size();
    out["speed"] = speed_json(seconds);
    return out;
  }
};

class OpeExperiment final : public Experiment {
 public:
  explicit OpeExperiment(const ExperimentOptions& options)
      : results_(options.results), rules_(options.rules) {}

  std::string name() const override { return "ope"; }

  bool is_done(const std::string& tracker, const Sequence& sequence) const override {
    return is_complete(files(tracker, sequence), sequence.length());
  }

  void run(const TrackerFactory& factory, const Sequence& sequence,
           Problems& problems) const override {
    const auto tracker = factory.make();
    const auto frames = open_source(sequence);
    const Course course = whole(sequence);
    Trajectory out = run_course(*tracker, sequence, *frames, course, problems);
    align_to_frames(out, course, course.box);
    write_trajectory(files(factory.label(), sequence), out);
  }

  json score(const std::string& tracker, const std::vector<Sequence>& sequences,
             Problems& problems) const override {
    Group all;
    std::map<std::string, Group> datasets, attributes;
    json per_sequence = json::object();
    OpeExtras all_extras;
    std::map<std::string, OpeExtras> extras;
    for (const Sequence& sequence : sequences) {
      Trajectory result;
      if (!read(tracker, sequence, result, problems)) continue;
      const OpeCurves curves = ope(sequence.boxes(), result.boxes(), sequence.absent, rules_);
      all.add(curves, result.seconds);
      OpeExtras extra;
      extra.add(sequence, result, problems);
      all_extras.add(extra);
      extras[sequence.dataset].add(extra);
      datasets[sequence.dataset].add(curves, result.seconds);
      for (const auto& name : sequence.attributes) attributes[name].add(curves, result.seconds);
      Group one;
      one.add(curves, result.seconds);
      per_sequence[sequence.dataset + "/" + sequence.name] = one.summary(false);
    }
    json out = {{"overall", all.summary(true)}, {"sequences", per_sequence}};
    out["overall"].update(all_extras.summary());
    for (const auto& [name, group] : datasets) {
      out["datasets"][name] = group.summary(true);
      out["datasets"][name].update(extras[name].summary());
    }
    for (const auto& [name, group] : attributes) out["attributes"][name] = group.summary(false);
    return out;
  }

 private:
  TrajectoryFiles files(const std::string& tracker, const Sequence& sequence) const {
    return ope_files(results_, tracker, sequence);
  }

  bool read(const std::string& tracker, const Sequence& sequence, Trajectory& result,
            Problems& problems) const {
    const auto where = files(tracker, sequence);
    if (!fs::exists(where.regions)) {
      problems.push_back({sequence.name, where.regions.string(), 0,
                          "no result of " + tracker + "; sequence left out"});
      return false;
    }
    if (!try_read_trajectory(where, sequence.name, result, problems)) return false;
    if (result.regions.size() != sequence.length()) {
      problems.push_back({sequence.name, where.regions.string(),
                          static_cast<long>(std::min(result.regions.size(), sequence.length()) + 1),
                          std::to_string(result.regions.size()) + " results for " +
                              std::to_string(sequence.length()) +
                              " annotated frames; the rest is left out"});
    }
    return !result.regions.empty();
  }

  fs::path results_;
  OpeRules rules_;
};

}  // namespace

TrajectoryFiles ope_files(const fs::path& results, const std::string& tracker,
                          const Sequence& sequence) {
  const fs::path folder = results / "ope" / sequence.dataset;
  return sequence.dataset == "GOT-10k" ? got10k_files(folder, tracker, sequence.name)
                                       : otb_files(folder, tracker, sequence.name);
}

std::unique_ptr<Experiment> make_ope_experiment(const ExperimentOptions& options) {
  return std::make_unique<OpeExperiment>(options);
}

}  // namespace siamtrack::evaluation
