// SPDX-License-Identifier: LGPL-2.1-or-later
#include <array>
#include <cstdio>

#include "evaluation/experiment.h"
#include "evaluation/multistart.h"
#include "evaluation/protocols.h"
#include "evaluation/trajectory.h"
#include "evaluation/vot_scores.h"
#include "siamtrack/error.h"

namespace siamtrack::evaluation {
namespace {

using nlohmann::json;

/// Frames of one course in running order.
std::vector<Region> truth_along(const Sequence& sequence, const Course& course) {
  std::vector<Region> truth;
  for (std::size_t k = 0; k < course.frames; ++k) {
    const long index = static_cast<long>(course.first) + static_cast<long>(k) * course.step;
    truth.push_back(sequence.ground_truth[static_cast<std::size_t>(index)]);
  }
  return truth;
}

/// VOT2020 and later: one run per anchor.
class MultistartExperiment final : public Experiment {
 public:
  explicit MultistartExperiment(const ExperimentOptions& options) : options_(options) {}

  std::string name() const override { return "multistart"; }

  bool applies_to(const Sequence& sequence) const override {
    return !multistart_courses(sequence).empty();
  }

  bool is_done(const std::string& tracker, const Sequence& sequence) const override {
    for (const Course& course : multistart_courses(sequence)) {
      if (!is_complete(files(tracker, sequence, course), course.frames)) return false;
    }
    return true;
  }

  void run(const TrackerFactory& factory, const Sequence& sequence,
           Problems& problems) const override {
    const auto tracker = factory.make();
    const auto frames = open_source(sequence);
    for (const Course& course : multistart_courses(sequence)) {
      const auto where = files(factory.label(), sequence, course);
      if (is_complete(where, course.frames)) continue;
      try {
        Trajectory out = run_course(*tracker, sequence, *frames, course, problems);
        out.regions.front() = Special{kStarted};
        write_trajectory(where, out);
      } catch (const Error& error) {  // the other courses still count
        problems.push_back({sequence.name, where.regions.string(), 0, error.what()});
      }
    }
  }

  json score(const std::string& tracker, const std::vector<Sequence>& sequences,
             Problems& problems) const override {
    std::vector<MultistartSequence> all;
    for (const Sequence& sequence : sequences) {
      MultistartSequence scored{{}, static_cast<double>(sequence.length())};
      const Size size = frame_size(sequence);
      for (const Course& course : multistart_courses(sequence)) {
        const auto where = files(tracker, sequence, course);
        if (!has_result(where)) {
          problems.push_back({sequence.name, where.regions.string(), 0, "no result; left out"});
          continue;
        }
        Trajectory found;
        if (!try_read_trajectory(where, sequence.name, found, problems)) continue;
        const auto& result = found.regions;
        const auto truth = truth_along(sequence, course);
        AnchorRun run;
        for (std::size_t i = 0; i < std::min(truth.size(), result.size()); ++i) {
          run.overlaps.push_back(overlap(result[i], truth[i], OverlapKind::kVot, size));
          run.empty.push_back(!is_valid(bounding_box(truth[i])));
        }
        scored.runs.push_back(std::move(run));
      }
      if (!scored.runs.empty()) all.push_back(std::move(scored));
    }
    const MultistartScores s = options_.eao_high > 0
                                   ? multistart_scores(all, options_.eao_low, options_.eao_high)
                                   : multistart_scores(all);
    const json overall = {{"accuracy", rounded(s.accuracy)},
                          {"robustness", rounded(s.robustness)},
                          {"eao", rounded(s.eao)}};
    return {{"overall", overall}};
  }

 private:
  TrajectoryFiles files(const std::string& tracker, const Sequence& sequence,
                        const Course& course) const {
    std::array<char, 24> anchor{};
    std::snprintf(anchor.data(), anchor.size(), "%08zu", course.first);
    // The toolkit calls this experiment "baseline", as it does the one with resets.
    return vot_files(options_.results / "vot" / sequence.dataset, tracker, "baseline",
                     sequence.name, anchor.data());
  }

  ExperimentOptions options_;
};

}  // namespace

std::unique_ptr<Experiment> make_multistart_experiment(const ExperimentOptions& options) {
  return std::make_unique<MultistartExperiment>(options);
}

}  // namespace siamtrack::evaluation
