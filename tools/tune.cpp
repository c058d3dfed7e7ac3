// SPDX-License-Identifier: LGPL-2.1-or-later
#include "evaluation/tune.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <opencv2/core/utility.hpp>
#include <thread>

#include "commands.h"
#include "evaluation/json_text.h"
#include "evaluation/text.h"
#include "nn/safetensors.h"
#include "options.h"
#include "progress.h"
#include "siamtrack/error.h"
#include "siamtrack/model.h"

namespace siamtrack::tools {
namespace {

namespace ev = siamtrack::evaluation;
using nlohmann::json;

struct TuneArguments {
  std::string data, model = "default", output, folder = "siamtrack-tune";
  ev::DatasetOptions dataset;
  std::vector<std::string> ranges;
  ev::TuneOptions search;
  ev::TrackerOptions tracker;
};

/// Cached trajectories are of one model file with one set of options.
std::string cache_name(const ev::TrackerFactory& factory) {
  std::string name;
  for (const char c : factory.fingerprint()) {
    name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '-';
  }
  return name;
}

json describe(const ev::TuneOutcome& outcome, double own, double tuned) {
  json trials = json::array();
  for (const auto& trial : outcome.trials) {
    trials.push_back({{"values", trial.values}, {"auc", trial.score}});
  }
  return {{"best", outcome.trials[outcome.best].values},
          {"auc_before", outcome.trials.front().score},
          {"auc_after", outcome.trials[outcome.best].score},
          {"other_half_auc_before", own},
          {"other_half_auc_after", tuned},
          {"trials", trials}};
}

/// What --set says: the search goes on from there.
json given(const TuneArguments& arguments) {
  const std::string& overrides = arguments.tracker.model.overrides;
  return overrides.empty() ? json::object() : json::parse(overrides);
}

/// The model with the found values in its metadata, beside which they were found, and how.
void write_model(const std::string& from, const std::string& to, const json& report,
                 const TuneArguments& arguments) {
  nn::ModelFile file = nn::read_model_file(from);
  json& values = file.metadata["hyper_parameters"];
  if (!values.is_object()) values = json::object();
  values.update(given(arguments));
  values.update(report["best"]);
  json note = report;
  note.erase("trials");
  note["trials"] = report["trials"].size();
  note["seed"] = arguments.search.seed;
  file.metadata["tuning"] = note;
  nn::write_model_file(to, file);
}

void tune(TuneArguments arguments, int& status) {
  ev::Problems problems;
  auto sequences = ev::read_dataset(arguments.data, arguments.dataset, problems);
  ev::keep_scorable(sequences, problems);
  if (sequences.size() < 2) {
    throw Error(ErrorCode::kIo, arguments.data + ": expected at least two sequences");
  }
  const std::string path = find_model(arguments.model);
  for (const auto& text : arguments.ranges)
    arguments.search.ranges.push_back(ev::parse_range(text));
  if (arguments.search.ranges.empty()) {
    const json metadata = nn::read_model_file(path).metadata;
    arguments.search.ranges = ev::default_ranges(metadata.value("architecture", ""));
  }
  if (arguments.search.workers <= 0) {
    arguments.search.workers = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  }
  arguments.tracker.model.num_threads = std::max(1, arguments.tracker.model.num_threads);
  cv::setNumThreads(1);
  arguments.search.cache = std::filesystem::path(arguments.folder) /
                           cache_name(*ev::make_model_factory(path, arguments.tracker));
  const ev::TrialFactory factory = [&](const json& values) {
    ev::TrackerOptions options = arguments.tracker;
    json all = given(arguments);
    all.update(values);
    if (!all.empty()) options.model.overrides = all.dump();
    return ev::make_model_factory(path, options);
  };
  ProgressLine line;
  const auto outcome = ev::tune(factory, ev::half_of(sequences, 0), arguments.search,
                                [&](std::size_t done, std::size_t all, const std::string& what) {
                                  line.show(done, all, what);
                                });
  line.finish();
  problems.insert(problems.end(), outcome.problems.begin(), outcome.problems.end());
  if (outcome.interrupted) {
    status = report_problems(problems, true);
    return;
  }
  const auto rest = ev::half_of(sequences, 1);
  const auto& best = outcome.trials[outcome.best].values;
  const auto own = ev::score_trial(factory, json::object(), rest, arguments.search.cache, problems);
  const auto tuned =
      own ? ev::score_trial(factory, best, rest, arguments.search.cache, problems) : own;
  if (!tuned) {
    status = report_problems(problems, true);
    return;
  }
  const json report = describe(outcome, *own, *tuned);
  ev::write_file(std::filesystem::path(arguments.folder) / "tune.json",
                 ev::json_text(report, 1) + "\n");
  std::printf("best %s\nAUC on the searched half %.4f -> %.4f, on the other half %.4f -> %.4f\n",
              best.dump().c_str(), outcome.trials.front().score, outcome.trials[outcome.best].score,
              *own, *tuned);
  if (!arguments.output.empty()) write_model(path, arguments.output, report, arguments);
  status = report_problems(problems, false);
}

}  // namespace

void add_tune(const Context& context) {
  auto arguments = std::make_shared<TuneArguments>();
  CLI::App& app = *context.app.add_subcommand(
      "tune", "Searches a model's test-time hyper-parameters on every second sequence");
  app.add_option("--data", arguments->data, "Data set")->required();
  app.add_option("--layout", arguments->dataset.layout, "Layout of the data set (default: auto)");
  app.add_option("--only", arguments->dataset.only, "Sequences to use, comma-separated");
  app.add_option("--model", arguments->model, "Model name or path")->capture_default_str();
  app.add_option("-o,--output", arguments->output, "Model file to write with the values found");
  app.add_option("--folder", arguments->folder, "Cached trajectories and tune.json")
      ->capture_default_str();
  app.add_option("--range", arguments->ranges,
                 "KEY=LOW:HIGH or KEY=LOW:HIGH:STEP; repeatable (default: by architecture)");
  app.add_option("--trials", arguments->search.trials, "Points to try")->capture_default_str();
  app.add_option("--seed", arguments->search.seed, "Of the search");
  app.add_option("-j,--jobs", arguments->search.workers,
                 "Trials at a time (default: one per core)");
  add_tracker_options(app, arguments->tracker);
  arguments->search.workers = 0;
  app.callback([arguments, &status = context.status] { tune(*arguments, status); });
}

}  // namespace siamtrack::tools
