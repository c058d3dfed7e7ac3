// SPDX-License-Identifier: LGPL-2.1-or-later
#include "track/update_state.h"

namespace siamtrack {
namespace {

void place(TrackState& state, const Box& box) {
  state.centre_x = box.centre_x();
  state.centre_y = box.centre_y();
  state.width = box.width;
  state.height = box.height;
}

TrackStatus next_status(const TrackState& state, double score, const TrackConfig& config) {
  const bool tracking = state.status == TrackStatus::kTracking;
  // A score that is no number reaches no threshold.
  if (score >= (tracking ? config.lost_threshold : config.found_threshold)) {
    return TrackStatus::kTracking;
  }
  const bool gone =
      state.status == TrackStatus::kLost || state.uncertain_frames + 1 >= config.lost_after;
  return gone ? TrackStatus::kLost : TrackStatus::kUncertain;
}

}  // namespace

Box limit_to_frame(const Box& box, Size frame) {
  const Box whole{0, 0, static_cast<double>(frame.width), static_cast<double>(frame.height)};
  const Box visible = intersection(box, whole);
  Box limited = box;
  if (box.width > whole.width) {
    limited.x = visible.x;
    limited.width = visible.width;
  }
  if (box.height > whole.height) {
    limited.y = visible.y;
    limited.height = visible.height;
  }
  return limited;
}

TrackState initial_state(const Box& box, const Colour& border) {
  TrackState state;
  place(state, box);
  state.initial_side = context_side(box.width, box.height);
  state.initial_area = box.area();
  state.border = border;
  state.last_believed = box;
  return state;
}

Box told_box(const TrackState& state) { return told_box(state, to_box(state)); }

Box told_box(const TrackState& state, const Box& box) {
  return Box::from_centre(box.centre_x(), box.centre_y(), box.width * state.tightness.width,
                          box.height * state.tightness.height);
}

TrackState moved_to(const TrackState& state, const Box& told) {
  TrackState moved = state;
  place(moved,
        Box::from_centre(told.centre_x(), told.centre_y(), told.width / state.tightness.width,
                         told.height / state.tightness.height));
  return moved;
}

TrackState next_state(const TrackState& state, const Candidate& candidate,
                      const TrackConfig& config) {
  TrackState next = state;
  next.status = next_status(state, candidate.score, config);
  switch (next.status) {
    case TrackStatus::kTracking:
      place(next, candidate.box);
      next.last_believed = candidate.box;
      next.uncertain_frames = next.lost_frames = 0;
      break;
    case TrackStatus::kUncertain:
      place(next, candidate.box);
      ++next.uncertain_frames;
      break;
    case TrackStatus::kLost:
      place(next, next.last_believed);
      next.uncertain_frames = 0;
      ++next.lost_frames;
      break;
  }
  return next;
}

TrackState skip_frame(const TrackState& state) {
  TrackState next = state;
  ++next.lost_frames;
  return next;
}

}  // namespace siamtrack
