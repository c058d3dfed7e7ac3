// SPDX-License-Identifier: LGPL-2.1-or-later
#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <nlohmann/json.hpp>
#include <random>

#include "commands.h"
#include "image/crop.h"
#include "nn/device.h"
#include "siamtrack/error.h"
#include "siamtrack/track.h"
#include "track/model_impl.h"
#include "track/track_impl.h"

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

/// Minimum and median of repeated runs, ms.
struct Times {
  double least = 0;
  double median = 0;
};

Times measure(int repeats, const std::function<void()>& work) {
  using Clock = std::chrono::steady_clock;
  work();  // first run allocates
  std::vector<double> times;
  for (int i = 0; i < repeats; ++i) {
    const auto start = Clock::now();
    work();
    times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
  }
  std::sort(times.begin(), times.end());
  return {times.front(), times[times.size() / 2]};
}

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
    throw Error(ErrorCode::kInvalidArgument, "--size: expected WIDTHxHEIGHT from 16x16, found " + text);
  }
  return size;
}

/// The stages of one target's update, one by one, and the whole for `targets` targets.
nlohmann::json run(const Model& model, const std::shared_ptr<const Model>& shared, const Options& o,
                   int targets) {
  const Model::Impl& core = model.impl();
  const System& system = *core.system;
  const NoiseFrame frame(parse_size(o.size));
  const double side = frame.view.size.height / 6.0;
  std::vector<Track> tracks;
  for (int i = 0; i < targets; ++i) {
    tracks.emplace_back(shared, TrackConfig{.lost_threshold = 0}, frame.view,
                        Box{frame.view.size.width / 2.0 + i, side, side, side});
  }
  std::vector<Track*> pointers;
  for (Track& track : tracks) pointers.push_back(&track);

  const c10::InferenceMode no_autograd;
  const nn::ThreadLimit threads(core.threads);
  const TrackState& state = tracks.front().impl().state;
  const SearchPlan plan = system.plan(state, frame.view.size);
  const auto windows = static_cast<std::int64_t>(plan.windows.size());
  const at::Tensor patches = at::empty({windows, plan.patch_side, plan.patch_side, 3}, at::kFloat);
  const at::Tensor exemplar =
      at::rand({1, system.exemplar_size(), system.exemplar_size(), 3}).permute({0, 3, 1, 2}) * 255;
  const auto cut = [&] {
    float* out = patches.data_ptr<float>();
    for (const SubWindow& window : plan.windows) {
      crop(frame.view, window, state.border, plan.patch_side, system.channel_order(), out);
      out += std::ptrdiff_t{3} * plan.patch_side * plan.patch_side;
    }
  };
  cut();
  const at::Tensor search = patches.permute({0, 3, 1, 2}).to(core.device);
  const Template* const exemplars[] = {&tracks.front().impl().exemplar};
  const auto responses = system.respond(search, exemplars);
  const std::vector<std::pair<std::string, std::function<void()>>> stages{
      {"crop", cut},
      {"forward", [&] { system.respond(search, exemplars); }},
      {"decode", [&] { system.decode(responses.front(), state, plan, frame.view.size); }},
      {"exemplar", [&] { system.embed(exemplar.to(core.device)); }},
      {"update", [&] { update_all(pointers, frame.view); }},
  };
  nlohmann::json row{{"model", model.info().path}, {"threads", core.threads}, {"targets", targets},
                     {"device", model.info().device}, {"size", o.size}};
  for (const auto& [name, work] : stages) {
    const Times times = measure(o.repeats, work);
    row[name + "_ms"] = {{"min", times.least}, {"median", times.median}};
  }
  return row;
}

void print(const nlohmann::json& row) {
  const auto ms = [&](const char* stage) { return row.at(std::string(stage) + "_ms").at("min").get<double>(); };
  const double update = ms("update");
  std::printf("%-24s %7d %7d %8.2f %8.2f %8.2f %9.2f %8.2f %8.1f\n",
              row.at("model").get<std::string>().substr(row.at("model").get<std::string>().rfind('/') + 1).c_str(),
              row.at("threads").get<int>(), row.at("targets").get<int>(), ms("crop"), ms("forward"),
              ms("decode"), ms("exemplar"), update, 1000 / update);
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
      options.device = o.device == "cuda" ? Device::kCuda
                       : o.device == "cpu" ? Device::kCpu : Device::kAuto;
      const auto model = Model::load(name, options);
      for (const int targets : o.targets) {
        rows.push_back(run(*model, model, o, targets));
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
      ->check(CLI::IsMember({"auto", "cpu", "cuda"}))->capture_default_str();
  command->add_option("--repeats", options->repeats, "Runs of each stage")
      ->check(CLI::Range(1, 100000))->capture_default_str();
  command->add_flag("--json", options->json, "JSON instead of a table");
  command->callback([options] { bench(*options); });
}

}  // namespace siamtrack::tools
