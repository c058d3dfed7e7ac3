// SPDX-License-Identifier: LGPL-2.1-or-later
#include "evaluation/experiment.h"

#include <cmath>
#include <functional>
#include <map>

#include "evaluation/speed.h"
#include "evaluation/vot_scores.h"
#include "siamtrack/error.h"

namespace siamtrack::evaluation {
namespace {

using Maker = std::function<std::unique_ptr<Experiment>(const ExperimentOptions&)>;

const std::vector<std::pair<std::string, Maker>>& makers() {
  static const std::vector<std::pair<std::string, Maker>> table = {
      {"ope", make_ope_experiment},
      {"tre", [](const auto& options) { return make_restart_experiment("tre", options); }},
      {"sre", [](const auto& options) { return make_restart_experiment("sre", options); }},
      {"supervised",
       [](const auto& options) { return make_vot_experiment("supervised", options); }},
      {"realtime", [](const auto& options) { return make_vot_experiment("realtime", options); }},
      {"realtime-python",
       [](const auto& options) { return make_vot_experiment("realtime-python", options); }},
      {"unsupervised",
       [](const auto& options) { return make_vot_experiment("unsupervised", options); }},
      {"multistart", make_multistart_experiment},
  };
  return table;
}

/// Before anything is run: what would fail or mislead once the runs are scored.
void check(const ExperimentOptions& options) {
  eao_interval(options.vot_year);
  const int low = options.eao_low, high = options.eao_high;
  if ((low != 0 || high != 0) && (low < 1 || high < low)) {
    throw Error(ErrorCode::kInvalidArgument,
                "expected an EAO interval with 1 <= low <= high, found " + std::to_string(low) +
                    " to " + std::to_string(high));
  }
  if (!(options.realtime_fps > 0)) {
    throw Error(ErrorCode::kInvalidArgument,
                "expected a frame rate above 0, found " + std::to_string(options.realtime_fps));
  }
}

}  // namespace

bool Experiment::applies_to(const Sequence&) const { return true; }

std::vector<std::string> experiment_names() {
  std::vector<std::string> names;
  for (const auto& [name, maker] : makers()) names.push_back(name);
  return names;
}

std::unique_ptr<Experiment> make_experiment(const std::string& name,
                                            const ExperimentOptions& options) {
  check(options);
  std::string known;
  for (const auto& [other, maker] : makers()) {
    if (other == name) return maker(options);
    known += " " + other;
  }
  throw Error(ErrorCode::kInvalidArgument,
              "unknown experiment, expected one of" + known + ", found '" + name + "'");
}

double rounded(double value) {
  constexpr double kPlaces = 1e8;
  return std::isfinite(value) ? std::round(value * kPlaces) / kPlaces : 0;
}

nlohmann::json speed_json(const std::vector<std::vector<double>>& seconds) {
  const Speed s = speed(seconds);
  return {{"fps_mean_of_rates", rounded(s.fps_mean_of_rates)},
          {"fps_total", rounded(s.fps_total)},
          {"p50_ms", rounded(s.p50_ms)},
          {"p95_ms", rounded(s.p95_ms)},
          {"p99_ms", rounded(s.p99_ms)}};
}

nlohmann::json to_json(const OpeCurves& curves, bool with_curves) {
  const OpeScores s = scores(curves);
  nlohmann::json out = {{"auc", rounded(s.auc)},
                        {"success_50", rounded(s.success_50)},
                        {"precision_20", rounded(s.precision_20)},
                        {"normalised_precision_20", rounded(s.normalised_20)},
                        {"normalised_precision_auc", rounded(s.normalised_auc)},
                        {"mean_overlap", rounded(curves.mean_iou)},
                        {"frames", curves.frames}};
  if (with_curves) {
    const auto list = [](const auto& values) {
      nlohmann::json array = nlohmann::json::array();
      for (const double value : values) array.push_back(rounded(value));
      return array;
    };
    out["success_curve"] = list(curves.success);
    out["precision_curve"] = list(curves.precision);
    out["normalised_precision_curve"] = list(curves.normalised);
  }
  return out;
}

}  // namespace siamtrack::evaluation
