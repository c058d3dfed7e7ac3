// SPDX-License-Identifier: LGPL-2.1-or-later
#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <random>

#include "commands.h"
#include "row_report.h"
#include "siamtrack/error.h"
#include "siamtrack/model.h"
#include "system_bench.h"
#include "text_format.h"
#include "track/stage_times.h"

namespace siamtrack::tools {
namespace {

struct Options {
  std::vector<std::string> models{"default"};
  std::vector<std::string> systems;
  std::vector<int> threads{1, 2};
  std::vector<int> targets{1};
  std::string size = "1280x720";
  std::string device = "auto";
  int repeats = 30;
  bool json = false;
  bool csv = false;
};

/// An NV12 picture of noise; what is in it does not change the time.
struct NoiseFrame {
  std::vector<std::uint8_t> bytes;
  FrameView view;

  explicit NoiseFrame(Size size) {
    const auto luma = static_cast<std::size_t>(size.width) * size.height;
    bytes.resize(luma * 2);
    std::mt19937 random(1);
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
    view.format = PixelFormat::kNv12;
    view.size = size;
    view.planes[0] = {bytes.data(), size.width};
    view.planes[1] = {bytes.data() + luma, (size.width + 1) / 2 * 2};
  }
};

Size parse_size(const std::string& text) {
  Size size;
  if (std::sscanf(text.c_str(), "%dx%d", &size.width, &size.height) != 2 || size.width < 16 ||
      size.height < 16) {
    throw Error(ErrorCode::kInvalidArgument,
                "--size: expected WIDTHxHEIGHT from 16x16, found " + text);
  }
  return size;
}

ModelOptions model_options(const Options& o, int threads) {
  ModelOptions options;
  options.num_threads = threads;
  options.device = o.device == "cuda"  ? Device::kCuda
                   : o.device == "cpu" ? Device::kCpu
                                       : Device::kAuto;
  return options;
}

nlohmann::ordered_json run(const std::shared_ptr<const Model>& model, const Options& o, int threads,
                           int targets) {
  const NoiseFrame frame(parse_size(o.size));
  nlohmann::ordered_json row{{"model", model->info().path},  {"device", model->info().device},
                             {"looks", model->info().looks}, {"size", o.size},
                             {"threads", threads},           {"targets", targets}};
  for (const StageTime& time : time_stages(model, frame.view, targets, o.repeats)) {
    row[time.stage + "_ms"] = {{"min", time.least}, {"median", time.median}};
  }
  return row;
}

std::string line(const nlohmann::ordered_json& row) {
  const auto ms = [&](const std::string& stage, int width) {
    const std::string key = stage + "_ms";
    return padded(row.contains(key) ? fixed(row.at(key).at("min"), 2) : "-", width);
  };
  const std::string name =
      std::filesystem::path(row.at("model").get<std::string>()).stem().string();
  const double update = row.at("update_ms").at("min");
  return padded(name, -24) + padded(row.at("looks").dump(), 6) +
         padded(row.at("threads").dump(), 8) + padded(row.at("targets").dump(), 8) + ms("crop", 9) +
         ms("forward", 9) + ms("decode", 9) + ms("exemplar", 10) + ms("outline", 9) +
         ms("update", 9) + padded(fixed(1000 / update, 1), 9);
}

void bench_models(const Options& o, RowReport& report) {
  report.heading(o.size + " NV12, ms per frame (minimum of " + std::to_string(o.repeats) +
                 "); forward, crop and decode for one look at one target");
  report.heading(padded("model", -24) + padded("looks", 6) + padded("threads", 8) +
                 padded("targets", 8) + padded("crop", 9) + padded("forward", 9) +
                 padded("decode", 9) + padded("exemplar", 10) + padded("outline", 9) +
                 padded("update", 9) + padded("frames/s", 9));
  for (const std::string& name : o.models) {
    for (const int threads : o.threads) {
      const auto model = Model::load(name, model_options(o, threads));
      for (const int targets : o.targets) {
        const nlohmann::ordered_json row = run(model, o, threads, targets);
        report.add(row, line(row));
      }
    }
  }
}

void bench(const Options& o) {
  RowReport report(o.json ? RowFormat::kJson : o.csv ? RowFormat::kCsv : RowFormat::kTable);
  if (o.systems.empty()) {
    bench_models(o, report);
  } else {
    for (const int threads : o.threads) {
      bench_systems({o.systems, o.targets, o.repeats}, model_options(o, threads), report);
    }
  }
  report.finish();
}

}  // namespace

void add_bench(const Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command = context.app.add_subcommand(
      "bench", "Time every stage of a frame: crop, network, decode, whole update");
  command->add_option("-m,--model", options->models, "Model files or short names")->delimiter(',');
  command
      ->add_option("--systems", options->systems,
                   "Time the networks of published trackers with drawn weights instead: all, or "
                   "names from `siamtrack inspect --systems`")
      ->delimiter(',');
  command->add_option("--threads", options->threads, "CPU threads")
      ->check(CLI::Range(1, 1024))
      ->delimiter(',');
  command->add_option("--targets", options->targets, "Targets in one batch")
      ->check(CLI::Range(1, 1024))
      ->delimiter(',');
  command->add_option("--size", options->size, "Size of the NV12 frames")->capture_default_str();
  command->add_option("--device", options->device, "auto, cpu or cuda")
      ->check(CLI::IsMember({"auto", "cpu", "cuda"}))
      ->capture_default_str();
  command->add_option("--repeats", options->repeats, "Runs of each stage")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  CLI::Option* json = command->add_flag("--json", options->json, "JSON instead of a table");
  command->add_flag("--csv", options->csv, "CSV instead of a table")->excludes(json);
  command->callback([options] { bench(*options); });
}

}  // namespace siamtrack::tools
