// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include "siamtrack/config.h"
#include "track/track_state.h"

namespace siamtrack {

/// Where the next frame is searched: `state` itself while it is not lost, else `state` moved to the
/// next place to look at. One place per frame, so that a lost target costs no more than a followed
/// one (DaSiamRPN's local-to-global search enlarges the region instead, at a growing cost).
///
/// kLocal:  every second frame where the target was lost, in between on a spiral of places about it
///          whose rings are half a search region apart, out to the frame's farthest corner.
/// kGlobal: in turn there, on the spiral, and on a grid of places over the whole frame.
///
/// @param search_side  side of the normal search region, frame px
TrackState search_place(const TrackState& state, Size frame, double search_side,
                        const TrackConfig& config);

/// Whether a lost target is searched for in this frame.
bool searches_now(const TrackState& state, const TrackConfig& config);

}  // namespace siamtrack
