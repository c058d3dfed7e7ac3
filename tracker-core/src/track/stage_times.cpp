// SPDX-License-Identifier: LGPL-2.1-or-later
#include "track/stage_times.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <nlohmann/json.hpp>

#include "nn/device.h"
#include "nn/drawn_weights.h"
#include "systems/network_figures.h"
#include "track/model_impl.h"
#include "track/outlines.h"
#include "track/track_impl.h"
#include "track/update_state.h"

namespace siamtrack {
namespace {

constexpr double kTargetShare = 1.0 / 6;  // of the frame's height

StageTime measure(const std::string& stage, int repeats, const std::function<void()>& work) {
  using Clock = std::chrono::steady_clock;
  work();  // allocates
  std::vector<double> times;
  for (int i = 0; i < repeats; ++i) {
    const auto start = Clock::now();
    work();
    times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
  }
  std::sort(times.begin(), times.end());
  return {stage, times.front(), times[times.size() / 2]};
}

std::vector<Track> make_tracks(const std::shared_ptr<const Model>& model, const FrameView& frame,
                               int count) {
  const double side = frame.size.height * kTargetShare;
  std::vector<Track> tracks;
  tracks.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    tracks.emplace_back(model, TrackConfig{.lost_threshold = 0}, frame,
                        Box{frame.size.width / 2.0 + i, side, side, side});
  }
  return tracks;
}

/// Patches [count, 3, side, side] in [0, 255).
at::Tensor drawn_patches(std::int64_t count, int side, at::Device device) {
  return nn::in_layout_of_device(
      at::rand({count, side, side, 3}).mul_(255).permute({0, 3, 1, 2}).to(device));
}

}  // namespace

std::vector<StageTime> time_stages(const std::shared_ptr<const Model>& model,
                                   const FrameView& frame, int targets, int repeats) {
  const Model::Impl& core = model->impl();
  const System& system = *core.system;
  std::vector<Track> tracks = make_tracks(model, frame, targets);
  std::vector<Track*> pointers;
  pointers.reserve(tracks.size());
  for (Track& track : tracks) pointers.push_back(&track);

  const c10::InferenceMode no_autograd;
  const nn::ThreadLimit threads(core.threads);
  const TrackState state = tracks.front().impl().state;
  const SearchPlan plan = system.plan(state, frame.size);
  const auto windows = static_cast<std::int64_t>(plan.windows.size());
  const at::Tensor patches = at::empty({windows, plan.patch_side, plan.patch_side, 3}, at::kFloat);
  const auto cut = [&] {
    float* out = patches.data_ptr<float>();
    for (const SubWindow& window : plan.windows) {
      crop(frame, window, state.border, plan.patch_side, system.channel_order(), out);
      out += std::ptrdiff_t{3} * plan.patch_side * plan.patch_side;
    }
  };
  cut();
  const at::Tensor search = nn::in_layout_of_device(patches.permute({0, 3, 1, 2}).to(core.device));
  const at::Tensor exemplar = drawn_patches(1, system.exemplar_size(), at::kCPU);
  const Template* const exemplars[] = {&tracks.front().impl().exemplar};
  const auto responses = system.respond(search, exemplars);
  std::vector<StageTime> times = {
      measure("crop", repeats, cut),
      measure("forward", repeats, [&] { system.respond(search, exemplars); }),
      measure("decode", repeats,
              [&] { system.decode(responses.front(), state, plan, frame.size); }),
      measure("exemplar", repeats, [&] {
        // Reading a value waits for the device.
        system.embed(exemplar.to(core.device)).front().flatten()[0].item<float>();
      })};
  if (system.outline_plan(state)) {
    const OutlineJob job{exemplars[0], &state};
    times.push_back(measure("outline", repeats, [&] { outlines_of(frame, {&job, 1}, core); }));
  }
  times.push_back(measure("update", repeats, [&] { update_all(pointers, frame); }));
  return times;
}

std::vector<StageTime> time_forward(const nlohmann::json& metadata, const ModelOptions& options,
                                    const std::vector<int>& targets, int repeats) {
  constexpr Size kFrame{1920, 1080};
  constexpr Box kTarget{900, 500, 120, 100};  // not small for any of the trackers
  const c10::InferenceMode no_autograd;
  const int threads = nn::select_threads(options);
  const nn::ThreadLimit limit(threads);
  const at::Device device = nn::select_device(options);
  nn::Weights weights = nn::draw_weights(network_figures(metadata).tensors);
  for (auto& [key, tensor] : weights) tensor = tensor.to(device);
  const auto system = make_system(metadata, std::move(weights), options.preset, {});
  const SearchPlan plan = system->plan(initial_state(kTarget, {}), kFrame);
  const Template exemplar = system->embed(drawn_patches(1, system->exemplar_size(), device));
  const auto windows = static_cast<std::int64_t>(plan.windows.size());
  std::vector<StageTime> times;
  for (const int count : targets) {
    const std::vector<const Template*> exemplars(static_cast<std::size_t>(count), &exemplar);
    const at::Tensor patches = drawn_patches(count * windows, plan.patch_side, device);
    const std::size_t pass = nn::targets_per_pass(device, threads, exemplars.size());
    times.push_back(measure("forward", repeats, [&] {
      for (std::size_t first = 0; first < exemplars.size(); first += pass) {
        const auto part =
            std::span(exemplars).subspan(first, std::min(pass, exemplars.size() - first));
        system->respond(patches.narrow(0, static_cast<std::int64_t>(first) * windows,
                                       static_cast<std::int64_t>(part.size()) * windows),
                        part);
      }
    }));
  }
  return times;
}

}  // namespace siamtrack
