// SPDX-License-Identifier: LGPL-2.1-or-later
#include "siamtrack/track.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <type_traits>
#include <utility>

#include "nn/device.h"
#include "siamtrack/error.h"
#include "track/looks.h"
#include "track/model_impl.h"
#include "track/patches.h"
#include "track/tightness.h"
#include "track/track_impl.h"
#include "track/update_state.h"

namespace siamtrack {
namespace {

[[noreturn]] void fail(const Model::Impl& model, const std::string& what) {
  throw Error(ErrorCode::kInternal, "model file " + model.info.path + ": " + what);
}

/// Runs `work` the way every forward pass runs: no autograd, the model's number of threads, and no
/// exception but Error.
template <typename Work>
auto run_network(const Model::Impl& model, Work&& work) {
  const c10::InferenceMode no_autograd;
  const nn::ThreadLimit threads(model.threads);
  try {
    return work();
  } catch (const Error&) {
    throw;
  } catch (const c10::OutOfMemoryError& error) {
    throw Error(ErrorCode::kOutOfMemory, error.what_without_backtrace());
  } catch (const c10::Error& error) {
    fail(model, error.what_without_backtrace());
  } catch (const std::bad_alloc&) {
    throw Error(ErrorCode::kOutOfMemory, "no memory left for the network");
  } catch (const std::exception& error) {
    fail(model, error.what());
  }
}

/// What the frame did to a track becomes its state: for all tracks or, after a throw, for none.
void take_over(Track::Impl& track, Outcome&& outcome) noexcept {
  static_assert(std::is_nothrow_move_assignable_v<TrackState> &&
                std::is_nothrow_move_assignable_v<TrackResult> &&
                std::is_nothrow_move_assignable_v<Template>);
  track.state = outcome.state;
  track.result = std::move(outcome.result);
  track.exemplar = std::move(outcome.exemplar);
  track.suggestion.reset();
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
  const Model::Impl& core = impl_->model->impl();
  const System& system = *core.system;
  run_network(core, [&] {
    const Colour border = border_colour(frame);
    impl_->state = initial_state(limit_to_frame(box, frame.size), border);
    impl_->result.box = to_box(impl_->state);
    impl_->result.score = 1;
    const Cut cut{system.exemplar_window(impl_->state), border};
    impl_->exemplar = system.embed(cut_patches(frame, {cut}, system.exemplar_size(), core));
    FirstSight sight = first_sight(frame, impl_->state, impl_->exemplar, config.guessed_box, core);
    impl_->state.tightness = sight.tightness;
    impl_->state.outline_share = sight.outline_share;
    impl_->exemplar = std::move(sight.exemplar);
    // The device may not have read the pixels yet, which are borrowed for this call only. A value
    // that is read back waits for it, as update() does when it reads the responses.
    if (frame.memory == MemoryKind::kCuda) impl_->exemplar.front().max().item<float>();
  });
}

Track::~Track() = default;
Track::Track(Track&&) noexcept = default;
Track& Track::operator=(Track&&) noexcept = default;

TrackResult Track::update(const FrameView& frame) {
  Track* const self = this;
  return std::move(update_all({&self, 1}, frame).front());
}

const TrackResult& Track::result() const noexcept { return impl_->result; }

void Track::configure(const TrackConfig& config) { impl_->config = config; }

void Track::suggest(const Box& box) { impl_->suggestion = box; }

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
  impl_->result.box = scaled(impl_->result.box);
  impl_->result.rotated.reset();
  impl_->result.mask.reset();
  impl_->suggestion.reset();
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
  std::vector<TrackResult> results;
  std::vector<Outcome> all = run_network(model.impl(), [&] {
    std::vector<Outcome> seen = outcomes(tracks, frame, model.impl());
    for (const Outcome& outcome : seen) results.push_back(outcome.result);
    return seen;
  });
  for (std::size_t i = 0; i < tracks.size(); ++i) take_over(tracks[i]->impl(), std::move(all[i]));
  return results;
}

}  // namespace siamtrack
