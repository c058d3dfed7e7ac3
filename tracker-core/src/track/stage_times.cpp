// SPDX-License-Identifier: LGPL-2.1-or-later
#include "track/stage_times.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <chrono>
#include <functional>

#include "nn/device.h"
#include "track/model_impl.h"
#include "track/track_impl.h"

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
  const at::Tensor search = patches.permute({0, 3, 1, 2}).to(core.device);
  const int side = system.exemplar_size();
  const at::Tensor exemplar = (at::rand({1, side, side, 3}) * 255).permute({0, 3, 1, 2});
  const Template* const exemplars[] = {&tracks.front().impl().exemplar};
  const auto responses = system.respond(search, exemplars);
  return {measure("crop", repeats, cut),
          measure("forward", repeats, [&] { system.respond(search, exemplars); }),
          measure("decode", repeats,
                  [&] { system.decode(responses.front(), state, plan, frame.size); }),
          measure("exemplar", repeats, [&] { system.embed(exemplar.to(core.device)); }),
          measure("update", repeats, [&] { update_all(pointers, frame); })};
}

}  // namespace siamtrack
