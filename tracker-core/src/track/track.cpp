// SPDX-License-Identifier: LGPL-2.1-or-later
#include "siamtrack/track.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <map>

#include "image/crop_cuda.h"
#include "nn/device.h"
#include "siamtrack/error.h"
#include "track/model_impl.h"
#include "track/redetection.h"
#include "track/track_impl.h"
#include "track/update_state.h"

namespace siamtrack {
namespace {

/// Runs `work` the way every forward pass runs: no autograd, the model's number of threads, and no
/// exception but Error.
template <typename Work>
auto run_network(const Model::Impl& model, Work&& work) {
  const c10::InferenceMode no_autograd;
  const nn::ThreadLimit threads(model.threads);
  try {
    return work();
  } catch (const c10::OutOfMemoryError& error) {
    throw Error(ErrorCode::kOutOfMemory, error.what_without_backtrace());
  } catch (const c10::Error& error) {
    throw Error(ErrorCode::kInternal, error.what_without_backtrace());
  } catch (const std::bad_alloc&) {
    throw Error(ErrorCode::kOutOfMemory, "no memory left for the network");
  }
}

/// One target on its way through one frame.
struct Job {
  Track::Impl* track;
  TrackState place;  ///< the state the search is planned about
  SearchPlan plan;
  std::size_t index = 0;  ///< of the track among all that are updated
};

Job make_job(Track::Impl& track, const System& system, Size frame) {
  SearchPlan plan = system.plan(track.state, frame);
  if (track.state.status != TrackStatus::kLost) return {&track, track.state, std::move(plan)};
  const double side = plan.windows.front().size;
  const TrackState place = search_place(track.state, frame, side, track.config);
  return {&track, place, system.plan(place, frame)};
}

/// A window of the frame and the colour around it.
struct Cut {
  SubWindow window;
  Colour border;
};

/// Throws  Error(kUnsupportedInput) unless a model on that device can read the frame where it is
void require_readable(const FrameView& frame, at::Device model) {
  if (frame.memory == MemoryKind::kHost) return;
  if (model.is_cuda() && frame.device == model.index()) return;
  throw Error(ErrorCode::kUnsupportedInput,
              "frame: expected host memory or memory of the model's device " + model.str() +
                  ", found memory of cuda:" + std::to_string(frame.device));
}

/// Cuts patches out of a frame in host or CUDA memory: [N, 3, side, side] on the model's device,
/// channels last. Frames in CUDA memory are read where they are.
at::Tensor cut_patches(const FrameView& frame, const std::vector<Cut>& cuts, int side,
                       const Model::Impl& model) {
  const bool on_device = frame.memory == MemoryKind::kCuda;
  const at::Tensor batch =
      at::empty({static_cast<std::int64_t>(cuts.size()), side, side, 3},
                at::device(on_device ? model.device : at::Device(at::kCPU)).dtype(at::kFloat));
  const ChannelOrder order = model.system->channel_order();
  float* out = batch.data_ptr<float>();
  for (const Cut& cut : cuts) {
    if (on_device) {
      cuda::crop(frame, cut.window, cut.border, side, order, {.pixels = out});
    } else {
      crop(frame, cut.window, cut.border, side, order, out);
    }
    out += static_cast<std::ptrdiff_t>(side) * side * 3;
  }
  return batch.permute({0, 3, 1, 2}).to(model.device);
}

/// Searches for the targets of `jobs`, which share one patch side, and reads off their candidates.
std::vector<Candidate> search(const FrameView& frame, std::span<const Job> jobs,
                              const Model::Impl& model) {
  std::vector<const Template*> exemplars;
  std::vector<Cut> cuts;
  for (const Job& job : jobs) {
    exemplars.push_back(&job.track->exemplar);
    for (const SubWindow& window : job.plan.windows) cuts.push_back({window, job.place.border});
  }
  const at::Tensor patches = cut_patches(frame, cuts, jobs.front().plan.patch_side, model);
  const auto responses = model.system->respond(patches, exemplars);
  std::vector<Candidate> candidates;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    candidates.push_back(
        model.system->decode(responses[i], jobs[i].place, jobs[i].plan, frame.size));
  }
  return candidates;
}

TrackResult to_result(const TrackState& state, const Candidate& candidate) {
  TrackResult result;
  result.box = to_box(state);
  result.score = candidate.score;
  result.status = state.status;
  if (state.status != TrackStatus::kLost) {
    result.rotated = candidate.rotated;
    result.mask = candidate.mask;
  }
  return result;
}

struct Outcome {
  TrackState state;
  TrackResult result;
};

/// What `frame` does to each track; changes none of them.
std::vector<Outcome> outcomes(std::span<Track* const> tracks, const FrameView& frame,
                              const Model::Impl& model) {
  std::vector<Outcome> all(tracks.size());
  std::map<int, std::vector<Job>> batches;  // by patch side
  for (std::size_t i = 0; i < tracks.size(); ++i) {
    Track::Impl& track = tracks[i]->impl();
    if (!searches_now(track.state, track.config)) {
      all[i] = {skip_frame(track.state), track.result};
      continue;
    }
    Job job = make_job(track, *model.system, frame.size);
    job.index = i;
    batches[job.plan.patch_side].push_back(std::move(job));
  }
  for (const auto& [side, jobs] : batches) {
    const std::size_t pass = nn::targets_per_pass(model.device, model.threads, jobs.size());
    for (std::size_t first = 0; first < jobs.size(); first += pass) {
      const auto part = std::span(jobs).subspan(first, std::min(pass, jobs.size() - first));
      const std::vector<Candidate> candidates = search(frame, part, model);
      for (std::size_t j = 0; j < part.size(); ++j) {
        const Track::Impl& track = *part[j].track;
        TrackState state = next_state(track.state, candidates[j], track.config);
        all[part[j].index] = {state, to_result(state, candidates[j])};
      }
    }
  }
  return all;
}

}  // namespace

Track::Track(std::shared_ptr<const Model> model, const TrackConfig& config, const FrameView& frame,
             const Box& box)
    : impl_(std::make_unique<Impl>()) {
  const std::string objection = check_box(box, frame.size);
  if (!objection.empty()) throw Error(ErrorCode::kRejectedBox, objection);
  require_readable(frame, model->impl().device);
  impl_->model = std::move(model);
  impl_->config = config;
  const Colour border =
      frame.memory == MemoryKind::kCuda ? cuda::mean_colour(frame, nullptr) : mean_colour(frame);
  impl_->state = initial_state(limit_to_frame(box, frame.size), border);
  impl_->result.box = to_box(impl_->state);
  impl_->result.score = 1;
  const Model::Impl& core = impl_->model->impl();
  const System& system = *core.system;
  impl_->exemplar = run_network(core, [&] {
    const Cut cut{system.exemplar_window(impl_->state), border};
    return system.embed(cut_patches(frame, {cut}, system.exemplar_size(), core));
  });
}

Track::~Track() = default;
Track::Track(Track&&) noexcept = default;
Track& Track::operator=(Track&&) noexcept = default;

TrackResult Track::update(const FrameView& frame) {
  Track* const self = this;
  return update_all({&self, 1}, frame).front();
}

const TrackResult& Track::result() const noexcept { return impl_->result; }

void Track::configure(const TrackConfig& config) { impl_->config = config; }

void Track::rescale(Size from, Size to) {
  const double sx = static_cast<double>(to.width) / from.width;
  const double sy = static_cast<double>(to.height) / from.height;
  const auto scaled = [&](const Box& b) {
    return Box{b.x * sx, b.y * sy, b.width * sx, b.height * sy};
  };
  TrackState& state = impl_->state;
  const Box box = scaled(to_box(state));
  state.initial_side *=
      context_side(box.width, box.height) / context_side(state.width, state.height);
  state.initial_area *= sx * sy;
  state.centre_x = box.centre_x();
  state.centre_y = box.centre_y();
  state.width = box.width;
  state.height = box.height;
  state.last_believed = scaled(state.last_believed);
  impl_->result.box = box;
  impl_->result.rotated.reset();
  impl_->result.mask.reset();
}

std::vector<TrackResult> update_all(std::span<Track* const> tracks, const FrameView& frame) {
  if (tracks.empty()) return {};
  const Model& model = *tracks.front()->impl().model;
  require_readable(frame, model.impl().device);
  for (Track* track : tracks) {
    if (track->impl().model.get() != &model) {
      throw Error(ErrorCode::kInvalidArgument,
                  "update_all: expected tracks of one model, found tracks of several");
    }
  }
  std::vector<Outcome> all =
      run_network(model.impl(), [&] { return outcomes(tracks, frame, model.impl()); });
  std::vector<TrackResult> results;
  for (std::size_t i = 0; i < tracks.size(); ++i) {
    Track::Impl& track = tracks[i]->impl();
    track.state = all[i].state;
    track.result = all[i].result;
    results.push_back(std::move(all[i].result));
  }
  return results;
}

}  // namespace siamtrack
