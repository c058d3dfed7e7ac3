// SPDX-License-Identifier: LGPL-2.1-or-later
#include "track/tightness.h"

#include <cmath>

#include "track/patches.h"
#include "track/update_state.h"

namespace siamtrack {

Tightness tightness_of(const Box& given, const Box& seen, double keep) {
  constexpr double kLeastOverlap = 0.4;  // below, the network saw something else
  if (!(iou(given, seen) >= kLeastOverlap)) return {};
  return {std::pow(given.width / seen.width, keep), std::pow(given.height / seen.height, keep)};
}

Tightness first_tightness(const FrameView& frame, const TrackState& state, const Template& exemplar,
                          const Model::Impl& model) {
  const System& system = *model.system;
  const double keep = system.keep_tightness();
  if (keep == 0) return {};
  const SearchPlan plan = system.plan(state, frame.size);
  const Cut cut{plan.windows.front(), state.border};
  const Template* const target = &exemplar;
  const auto responses =
      system.respond(cut_patches(frame, {cut}, plan.patch_side, model), {&target, 1});
  const Evidence seen = system.decode(responses.front(), state, plan, frame.size).evidence;
  const Box box = Box::from_centre(state.centre_x + seen.offset_x / plan.scale,
                                   state.centre_y + seen.offset_y / plan.scale,
                                   seen.width / plan.scale, seen.height / plan.scale);
  return tightness_of(to_box(state), box, keep);
}

}  // namespace siamtrack
