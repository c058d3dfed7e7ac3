// SPDX-License-Identifier: LGPL-2.1-or-later
#include "track/tightness.h"

#include <cmath>

#include "track/outlines.h"
#include "track/patches.h"
#include "track/update_state.h"

namespace siamtrack {
namespace {

constexpr double kLeastOverlap = 0.4;  // below, the network saw something else

/// The target with the box that the network finds for it where it is; `state` itself where that is
/// something else.
TrackState seen_by_network(const FrameView& frame, const TrackState& state,
                           const Template& exemplar, const Model::Impl& model) {
  const System& system = *model.system;
  const SearchPlan plan = system.plan(state, frame.size);
  const Cut cut{plan.windows.front(), state.border};
  const Template* const target = &exemplar;
  const auto responses =
      system.respond(cut_patches(frame, {cut}, plan.patch_side, model), {&target, 1});
  const Evidence seen = system.decode(responses.front(), state, plan, frame.size).evidence;
  TrackState found = state;
  found.centre_x = plan.centre_x + seen.offset_x / plan.scale;
  found.centre_y = plan.centre_y + seen.offset_y / plan.scale;
  found.width = seen.width / plan.scale;
  found.height = seen.height / plan.scale;
  return iou(to_box(found), to_box(state)) >= kLeastOverlap ? found : state;
}

}  // namespace

Tightness tightness_of(const Box& given, const Box& seen, double keep) {
  if (!(iou(given, seen) >= kLeastOverlap)) return {};
  return {std::pow(given.width / seen.width, keep), std::pow(given.height / seen.height, keep)};
}

FirstSight first_sight(const FrameView& frame, const TrackState& state, const Template& exemplar,
                       bool guessed, const Model::Impl& model) {
  const System& system = *model.system;
  const double keep = guessed ? 0 : system.keep_tightness();
  const TrackState found = keep > 0 ? seen_by_network(frame, state, exemplar, model) : state;
  FirstSight sight{{}, 0, exemplar};
  Box box = to_box(found);
  const OutlineJob job{&exemplar, &found};
  for (Outlined& seen : outlines_of(frame, {&job, 1}, model)) {
    sight.exemplar = std::move(seen.exemplar);
    if (!seen.outline) continue;
    const Box& outline = seen.outline->box;
    sight.outline_share = system.outline_share() * (guessed ? 1 : fit(to_box(state), outline));
    box = between(box, outline, sight.outline_share);
  }
  if (keep > 0) sight.tightness = tightness_of(to_box(state), box, keep);
  return sight;
}

}  // namespace siamtrack
