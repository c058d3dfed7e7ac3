// SPDX-License-Identifier: LGPL-2.1-or-later
#include "siamtrack/track.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "nn/device.h"
#include "siamtrack/error.h"
#include "track/model_impl.h"
#include "track/patches.h"
#include "track/redetection.h"
#include "track/tightness.h"
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

/// One look for one target.
struct Job {
  Track::Impl* track;
  std::size_t index;  ///< of the track among all that are updated
  Template exemplar;
  Look look;
};

Job first_look(Track::Impl& track, std::size_t index, const System& system, Size frame) {
  const TrackState& state = track.state;
  SearchPlan plan = system.plan(state, frame);
  Job job{&track, index, track.exemplar, {state, state, std::move(plan), /*confirms=*/false}};
  if (state.status != TrackStatus::kLost) return job;
  const double side = job.look.plan.windows.front().size;
  job.look.place = search_place(state, frame, side, track.config);
  job.look.plan = system.plan(job.look.place, frame);
  return job;
}

TrackResult to_result(const TrackState& state, const Candidate& candidate) {
  TrackResult result;
  result.box = told_box(state);
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
  Template exemplar;
  Evidence evidence;
};

/// What the target does in the frame, according to `candidate`.
Outcome outcome_of(const Job& job, const Candidate& candidate,
                   const std::vector<at::Tensor>& responses, const System& system) {
  const Evidence& seen = candidate.evidence;
  const auto& [state, place, plan, confirms] = job.look;
  const TrackState& before = job.track->state;
  TrackState next = next_state(state, candidate, job.track->config);
  next.move_x = place.centre_x + seen.offset_x / plan.scale - before.centre_x;
  next.move_y = place.centre_y + seen.offset_y / plan.scale - before.centre_y;
  next.fastest = std::max(before.fastest, std::hypot(seen.offset_x, seen.offset_y));
  const bool lost = next.status == TrackStatus::kLost;
  return {next, to_result(next, candidate),
          lost ? job.exemplar : system.renew(job.exemplar, responses, candidate, plan), seen};
}

/// Searches for the targets of `jobs`, which share one patch side.
std::vector<Outcome> search(const FrameView& frame, std::span<const Job> jobs,
                            const Model::Impl& model) {
  std::vector<const Template*> exemplars;
  std::vector<Cut> cuts;
  for (const Job& job : jobs) {
    exemplars.push_back(&job.exemplar);
    const Look& look = job.look;
    for (const SubWindow& window : look.plan.windows) cuts.push_back({window, look.place.border});
  }
  const at::Tensor patches = cut_patches(frame, cuts, jobs.front().look.plan.patch_side, model);
  const auto responses = model.system->respond(patches, exemplars);
  std::vector<Outcome> outcomes;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const Look& look = jobs[i].look;
    const Candidate candidate =
        model.system->decode(responses[i], look.place, look.plan, frame.size);
    outcomes.push_back(outcome_of(jobs[i], candidate, responses[i], *model.system));
  }
  return outcomes;
}

/// Looks once for the target of each job. Sorts the jobs by patch side; the outcomes have their
/// order.
std::vector<Outcome> look(std::vector<Job>& jobs, const FrameView& frame,
                          const Model::Impl& model) {
  const auto side = [](const Job& job) { return job.look.plan.patch_side; };
  std::ranges::stable_sort(jobs, {}, side);
  std::vector<Outcome> outcomes;
  for (auto first = jobs.begin(); first != jobs.end();) {
    const auto end = std::ranges::upper_bound(first, jobs.end(), side(*first), {}, side);
    const auto count = static_cast<std::size_t>(end - first);
    const std::size_t pass = nn::targets_per_pass(model.device, model.threads, count);
    const auto part = std::span(first, std::min(pass, count));
    for (Outcome& outcome : search(frame, part, model)) outcomes.push_back(std::move(outcome));
    first += static_cast<std::ptrdiff_t>(part.size());
  }
  return outcomes;
}

/// What `frame` does to each track; changes none of them.
std::vector<Outcome> outcomes(std::span<Track* const> tracks, const FrameView& frame,
                              const Model::Impl& model) {
  std::vector<Outcome> all(tracks.size());
  std::vector<Job> jobs;
  for (std::size_t i = 0; i < tracks.size(); ++i) {
    Track::Impl& track = tracks[i]->impl();
    if (searches_now(track.state, track.config)) {
      jobs.push_back(first_look(track, i, *model.system, frame.size));
    } else {
      all[i] = {skip_frame(track.state), track.result, track.exemplar, {}};
    }
  }
  for (int number = 1; !jobs.empty(); ++number) {
    std::vector<Outcome> seen = look(jobs, frame, model);
    std::vector<Job> more;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      const auto& [track, index, exemplar, last] = jobs[i];
      // A look that does not confirm the target leaves what the look before it found.
      if (last.confirms && seen[i].state.status != TrackStatus::kTracking) continue;
      all[index] = std::move(seen[i]);
      std::optional<Look> next = model.system->next_look(number, track->state, all[index].state,
                                                         all[index].evidence, frame.size);
      if (next) more.push_back({track, index, all[index].exemplar, *std::move(next)});
    }
    jobs = std::move(more);
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
  const Colour border = border_colour(frame);
  impl_->state = initial_state(limit_to_frame(box, frame.size), border);
  impl_->result.box = to_box(impl_->state);
  impl_->result.score = 1;
  const Model::Impl& core = impl_->model->impl();
  const System& system = *core.system;
  run_network(core, [&] {
    const Cut cut{system.exemplar_window(impl_->state), border};
    impl_->exemplar = system.embed(cut_patches(frame, {cut}, system.exemplar_size(), core));
    if (config.guessed_box) return;
    impl_->state.tightness = first_tightness(frame, impl_->state, impl_->exemplar, core);
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
  state.move_x *= sx;
  state.move_y *= sy;
  impl_->result.box = told_box(state);
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
    track.exemplar = std::move(all[i].exemplar);
    results.push_back(std::move(all[i].result));
  }
  return results;
}

}  // namespace siamtrack
