// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <span>
#include <vector>

#include "siamtrack/frame_view.h"
#include "siamtrack/track.h"
#include "systems/look.h"
#include "track/model_impl.h"

namespace siamtrack {

/// What a frame does to a target.
struct Outcome {
  TrackState state;
  TrackResult result;
  Template exemplar;
  Evidence evidence;
  bool looked = true;  ///< false: a lost target that is not searched for in this frame
};

/// What `frame` does to each track, all of one model; changes none of them.
/// Requires  the state in which networks run (run_network() in track.cpp)
std::vector<Outcome> outcomes(std::span<Track* const> tracks, const FrameView& frame,
                              const Model::Impl& model);

}  // namespace siamtrack
