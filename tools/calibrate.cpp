// SPDX-License-Identifier: LGPL-2.1-or-later
#include <CLI/CLI.hpp>
#include <cstdio>

#include "commands.h"
#include "decode/response.h"
#include "evaluation/calibration.h"
#include "evaluation/frame_source.h"
#include "evaluation/run.h"
#include "evaluation/tune.h"
#include "nn/safetensors.h"
#include "options.h"
#include "progress.h"
#include "siamtrack/error.h"
#include "siamtrack/model.h"

namespace siamtrack::tools {
namespace {

namespace ev = siamtrack::evaluation;

struct CalibrateArguments {
  std::vector<std::string> data;
  std::string model = "default", output;
  ev::DatasetOptions dataset;
  ev::TrackerOptions tracker;
};

/// What the model says of all sequences, followed one after the other.
std::vector<ev::ScoredFrame> follow(const ev::TrackerFactory& factory,
                                    const std::vector<ev::Sequence>& sequences,
                                    ev::Problems& problems) {
  std::vector<ev::ScoredFrame> frames;
  ProgressLine line;
  std::size_t done = 0;
  for (const ev::Sequence& sequence : sequences) {
    const auto tracker = factory.make();
    try {
      const auto source = ev::open_source(sequence);
      const ev::Course course = ev::whole(sequence);
      ev::Trajectory run = ev::run_course(*tracker, sequence, *source, course, problems);
      ev::align_to_frames(run, course, course.box);
      const auto scored = ev::scored_frames(sequence, run);
      frames.insert(frames.end(), scored.begin(), scored.end());
    } catch (const Error& error) {  // the other sequences still count
      problems.push_back({sequence.name, {}, 0, error.what()});
    }
    line.show(++done, sequences.size(), sequence.name);
  }
  line.finish();
  return frames;
}

/// How the model turns its scores into confidences now.
LogitLine current(const nlohmann::json& metadata) {
  const nlohmann::json line = metadata.value("confidence", nlohmann::json::object());
  const bool maps = metadata.value("architecture", std::string()).starts_with("siamfc");
  const Calibration defaults = maps ? Calibration{} : Calibration{.slope = 1, .centre = 0};
  return {line.value("slope", defaults.slope), line.value("centre", defaults.centre)};
}

void calibrate(CalibrateArguments& arguments, int& status) {
  ev::Problems problems;
  arguments.tracker.track.lost_threshold = 0;  // a lost target's score is of another place
  const std::string path = find_model(arguments.model);
  const auto factory = ev::make_model_factory(path, arguments.tracker);
  std::vector<ev::Sequence> sequences;
  for (const std::string& folder : arguments.data) {
    const auto more = ev::read_dataset(folder, arguments.dataset, problems);
    sequences.insert(sequences.end(), more.begin(), more.end());
  }
  ev::keep_scorable(sequences, problems);
  if (sequences.size() < 2) {
    throw Error(ErrorCode::kIo, "--data: expected at least two sequences with annotation, found " +
                                    std::to_string(sequences.size()));
  }
  const auto fitted = follow(*factory, ev::half_of(sequences, 0), problems);
  const auto reported = follow(*factory, ev::half_of(sequences, 1), problems);
  status = report_problems(problems, false);

  const LogitLine step = ev::fit_confidence(fitted);
  nn::ModelFile file = nn::read_model_file(path);
  const LogitLine whole = ev::chained(current(file.metadata), step);
  const double before = ev::calibration_error(reported);
  const double after = ev::calibration_error(ev::applied(step, reported));
  std::printf(
      "slope %.4f centre %.4f\ncalibration error on the other half of the sequences "
      "%.4f -> %.4f\n",
      whole.slope, whole.centre, before, after);
  if (arguments.output.empty()) return;
  file.metadata["confidence"]["slope"] = whole.slope;
  file.metadata["confidence"]["centre"] = whole.centre;
  nn::write_model_file(arguments.output, file);
}

}  // namespace

void add_calibrate(const Context& context) {
  auto arguments = std::make_shared<CalibrateArguments>();
  CLI::App& app = *context.app.add_subcommand(
      "calibrate", "Fits a model's confidence on every second sequence, so that it means a chance");
  app.add_option("--data", arguments->data, "Data sets, comma-separated")
      ->required()
      ->delimiter(',');
  app.add_option("--layout", arguments->dataset.layout, "Layout of the data sets (default: auto)");
  app.add_option("--model", arguments->model, "Model name or path")->capture_default_str();
  app.add_option("-o,--output", arguments->output, "Model file to write with the confidence found");
  add_tracker_options(app, arguments->tracker);
  app.callback([arguments, &status = context.status] { calibrate(*arguments, status); });
}

}  // namespace siamtrack::tools
