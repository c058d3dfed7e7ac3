// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "evaluation/ope.h"
#include "evaluation/problem.h"
#include "evaluation/sequence.h"
#include "evaluation/tracker.h"
#include "evaluation/trajectory.h"

/// The field's experiments behind one interface: run into files, score from files.
namespace siamtrack::evaluation {

class Experiment {
 public:
  virtual ~Experiment() = default;

  /// "ope", "tre", ...: key in report.json and folder of the results.
  virtual std::string name() const = 0;

  /// Whether this sequence has what the experiment needs (anchors, covers, ...).
  virtual bool applies_to(const Sequence& sequence) const;

  /// Whether a finished result is there already.
  virtual bool is_done(const std::string& tracker, const Sequence& sequence) const = 0;

  /// Runs one tracker over one sequence and keeps the result in the toolkits' files.
  virtual void run(const TrackerFactory& tracker, const Sequence& sequence,
                   Problems& problems) const = 0;

  /// Scores of one tracker from its files; sequences without a result are written down.
  virtual nlohmann::json score(const std::string& tracker, const std::vector<Sequence>& sequences,
                               Problems& problems) const = 0;
};

/// Frames per second of the simulated clock in VOT's MATLAB toolkit.
constexpr double kVotFps = 20;

/// What all experiments share.
struct ExperimentOptions {
  std::filesystem::path results;    ///< folder below which the results are kept
  OpeRules rules = OpeRules::kOwn;  ///< of ope, tre, sre
  int vot_year = 2018;              ///< whose sequence-length interval EAO uses, 2015 to 2019
  int eao_low = 0;                  ///< another interval for EAO, 1 <= low <= high
  int eao_high = 0;                 ///< both 0 = the year's own
  double realtime_fps = kVotFps;    ///< of the simulated clock, above 0
};

/// Names that make_experiment() takes.
std::vector<std::string> experiment_names();

/// Throws  Error(kInvalidArgument) with the known names, or on options outside their ranges
std::unique_ptr<Experiment> make_experiment(const std::string& name,
                                            const ExperimentOptions& options);

// --- used by the experiments ---------------------------------------------------------------------

std::unique_ptr<Experiment> make_ope_experiment(const ExperimentOptions& options);
std::unique_ptr<Experiment> make_restart_experiment(const std::string& name,
                                                    const ExperimentOptions& options);
std::unique_ptr<Experiment> make_multistart_experiment(const ExperimentOptions& options);
std::unique_ptr<Experiment> make_vot_experiment(const std::string& name,
                                                const ExperimentOptions& options);

/// Where `ope` keeps a result: got10k's layout below RESULTS/ope/DATASET.
TrajectoryFiles ope_files(const std::filesystem::path& results, const std::string& tracker,
                          const Sequence& sequence);

/// AUC, precision, ... and the curves as JSON.
nlohmann::json to_json(const OpeCurves& curves, bool with_curves);

/// Both definitions of frames per second and the latency's percentiles as JSON.
nlohmann::json speed_json(const std::vector<std::vector<double>>& seconds);

/// Rounded to what the files can carry, so that reports are equal wherever they are made.
double rounded(double value);

}  // namespace siamtrack::evaluation
