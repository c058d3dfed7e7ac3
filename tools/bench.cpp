// SPDX-License-Identifier: LGPL-2.1-or-later
#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <random>

#include "commands.h"
#include "siamtrack/error.h"
#include "siamtrack/model.h"
#include "track/stage_times.h"

namespace siamtrack::tools {
namespace {

struct Options {
  std::vector<std::string> models{"default"};
  std::vector<int> threads{1, 2};
  std::vector<int> targets{1};
  std::string size = "1280x720";
  std::string device = "auto";
  int repeats = 30;
  bool json = false;
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

nlohmann::json run(const std::shared_ptr<const Model>& model, const Options& o, int threads,
                   int targets) {
  const NoiseFrame frame(parse_size(o.size));
  nlohmann::json row{{"model", model->info().path},
                     {"device", model->info().device},
                     {"size", o.size},
                     {"threads", threads},
                     {"targets", targets}};
  for (const StageTime& time : time_stages(model, frame.view, targets, o.repeats)) {
    row[time.stage + "_ms"] = {{"min", time.least}, {"median", time.median}};
  }
  return row;
}

void print(const nlohmann::json& row) {
  const auto ms = [&](const std::string& stage) {
    return row.at(stage + "_ms").at("min").get<double>();
  };
  const std::string name =
      std::filesystem::path(row.at("model").get<std::string>()).stem().string();
  std::printf("%-24s %7d %7d %8.2f %8.2f %8.2f %9.2f %8.2f %8.1f\n", name.c_str(),
              row.at("threads").get<int>(), row.at("targets").get<int>(), ms("crop"), ms("forward"),
              ms("decode"), ms("exemplar"), ms("update"), 1000 / ms("update"));
}

void bench(const Options& o) {
  nlohmann::json rows = nlohmann::json::array();
  if (!o.json) {
    std::printf("%s NV12, ms per frame (minimum of %d); forward, crop and decode for one target\n",
                o.size.c_str(), o.repeats);
    std::printf("%-24s %7s %7s %8s %8s %8s %9s %8s %8s\n", "model", "threads", "targets", "crop",
                "forward", "decode", "exemplar", "update", "frames/s");
  }
  for (const std::string& name : o.models) {
    for (const int threads : o.threads) {
      ModelOptions options;
      options.num_threads = threads;
      options.device = o.device == "cuda"  ? Device::kCuda
                       : o.device == "cpu" ? Device::kCpu
                                           : Device::kAuto;
      const auto model = Model::load(name, options);
      for (const int targets : o.targets) {
        rows.push_back(run(model, o, threads, targets));
        if (!o.json) print(rows.back());
      }
    }
  }
  if (o.json) std::printf("%s\n", rows.dump(2).c_str());
}

}  // namespace

void add_bench(const Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command = context.app.add_subcommand(
      "bench", "Time every stage of a frame: crop, network, decode, whole update");
  command->add_option("-m,--model", options->models, "Model files or short names")->delimiter(',');
  command->add_option("--threads", options->threads, "CPU threads")->delimiter(',');
  command->add_option("--targets", options->targets, "Targets in one batch")->delimiter(',');
  command->add_option("--size", options->size, "Size of the NV12 frames")->capture_default_str();
  command->add_option("--device", options->device, "auto, cpu or cuda")
      ->check(CLI::IsMember({"auto", "cpu", "cuda"}))
      ->capture_default_str();
  command->add_option("--repeats", options->repeats, "Runs of each stage")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  command->add_flag("--json", options->json, "JSON instead of a table");
  command->callback([options] { bench(*options); });
}

}  // namespace siamtrack::tools
