// SPDX-License-Identifier: LGPL-2.1-or-later
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <opencv2/core/utility.hpp>
#include <thread>

#include "commands.h"
#include "evaluation/campaign.h"
#include "evaluation/html_report.h"
#include "evaluation/json_text.h"
#include "evaluation/table.h"
#include "evaluation/text.h"
#include "options.h"
#include "progress.h"
#include "siamtrack/error.h"

namespace siamtrack::tools {
namespace {

namespace ev = siamtrack::evaluation;

struct EvalArguments {
  std::string data;
  ev::DatasetOptions dataset;
  std::vector<std::string> models, against, score;
  std::vector<std::string> experiments = {"ope"};
  std::string output = "siamtrack-eval";
  std::string rules = "own";
  ev::ExperimentOptions experiment;
  ev::TrackerOptions tracker;
  int jobs = 0;
};

std::vector<std::shared_ptr<ev::TrackerFactory>> make_trackers(const EvalArguments& arguments) {
  auto trackers = ev::make_model_factories(arguments.models, arguments.tracker);
  for (const auto& name : arguments.against) {
    trackers.push_back(ev::make_opencv_factory(name, arguments.tracker.seed));
  }
  return trackers;
}

ev::Campaign make_campaign(EvalArguments arguments, ev::Problems& problems) {
  ev::Campaign campaign;
  const int cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  campaign.workers = arguments.jobs > 0 ? arguments.jobs : cores;
  if (arguments.tracker.model.num_threads == 0) {
    arguments.tracker.model.num_threads = std::max(1, cores / campaign.workers);
  }
  cv::setNumThreads(arguments.tracker.model.num_threads);
  campaign.folder = arguments.output;
  arguments.experiment.results = campaign.folder;
  arguments.experiment.rules = ev::parse_ope_rules(arguments.rules);
  campaign.sequences = ev::read_dataset(arguments.data, arguments.dataset, problems);
  campaign.trackers = make_trackers(arguments);
  for (const auto& tracker : campaign.trackers) campaign.labels.push_back(tracker->label());
  campaign.labels.insert(campaign.labels.end(), arguments.score.begin(), arguments.score.end());
  for (const auto& name : arguments.experiments) {
    campaign.experiments.push_back(ev::make_experiment(name, arguments.experiment));
  }
  if (campaign.sequences.empty()) {
    throw Error(ErrorCode::kIo, arguments.data + ": expected sequences, found none");
  }
  if (campaign.labels.empty()) {
    throw Error(ErrorCode::kInvalidArgument, "expected --model, --against or --score, found none");
  }
  return campaign;
}

void eval(const EvalArguments& arguments, int& status) {
  ev::Problems problems;
  const ev::Campaign campaign = make_campaign(arguments, problems);
  ProgressLine line;
  auto outcome =
      ev::run_campaign(campaign, [&](std::size_t done, std::size_t all, const std::string& what) {
        line.show(done, all, what);
      });
  line.finish();
  problems.insert(problems.end(), outcome.problems.begin(), outcome.problems.end());
  outcome.report["problems"] = nlohmann::json::array();
  for (const auto& problem : problems) outcome.report["problems"].push_back(to_string(problem));
  ev::write_file(campaign.folder / "report.json", ev::json_text(outcome.report, 1) + "\n");
  ev::Problems left_out;
  ev::write_html_report(campaign.folder, outcome.report, campaign.labels, campaign.sequences,
                        left_out);
  problems.insert(problems.end(), left_out.begin(), left_out.end());
  std::fputs(ev::terminal_tables(outcome.report).c_str(), stdout);
  std::printf("\n%s\n", (campaign.folder / "report.html").c_str());
  status = report_problems(problems, outcome.interrupted);
}

}  // namespace

void add_eval(const Context& context) {
  auto arguments = std::make_shared<EvalArguments>();
  CLI::App& app = *context.app.add_subcommand("eval", "Measures trackers on annotated sequences");
  app.add_option("--data", arguments->data, "Data set, sequence folder, or video with box file")
      ->required();
  app.add_option("--layout", arguments->dataset.layout, "Layout of the data set (default: auto)");
  app.add_option("--only", arguments->dataset.only, "Sequences to use, comma-separated");
  app.add_option("--model", arguments->models, "Models, comma-separated names or paths")
      ->delimiter(',');
  app.add_option("--against", arguments->against, "OpenCV trackers: csrt,kcf,kcf-off,mil,...")
      ->delimiter(',');
  app.add_option("--score", arguments->score, "Only score results that are in --output already")
      ->delimiter(',');
  app.add_option("--experiments", arguments->experiments, "Experiments (default: ope)")
      ->delimiter(',')
      ->check(CLI::IsMember(ev::experiment_names()));
  app.add_option("--vot-year", arguments->experiment.vot_year, "Whose EAO interval, 2015 to 2019");
  app.add_option("--eao-low", arguments->experiment.eao_low,
                 "Another EAO interval: shortest length");
  app.add_option("--eao-high", arguments->experiment.eao_high, "and longest length");
  app.add_option("--realtime-fps", arguments->experiment.realtime_fps, "Simulated camera");
  app.add_option("--rules", arguments->rules, "Whose rules: own, otb, got10k, pysot, lasot");
  app.add_option("-o,--output", arguments->output, "Folder of results and reports")
      ->capture_default_str();
  app.add_option("-j,--jobs", arguments->jobs, "Sequences at a time (default: one per core)");
  app.add_option("--seed", arguments->tracker.seed, "Of trackers that draw random numbers");
  add_tracker_options(app, arguments->tracker);
  app.callback([arguments, &status = context.status] { eval(*arguments, status); });
}

}  // namespace siamtrack::tools
