// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include "siamtrack/config.h"
#include "systems/system.h"
#include "track/track_state.h"

namespace siamtrack {

/// The box that tracking starts from: what is larger than the frame is cut down to it, what only
/// reaches outside is left alone.
Box limit_to_frame(const Box& box, Size frame);

/// State of a target whose initial box is `box`. Its centre is x + width / 2.
/// Differs from pysot, which takes x + (width - 1) / 2 for the integer boxes of the benchmarks.
TrackState initial_state(const Box& box, const Colour& border);

/// The box that is told of: about the same centre, as tight as the initial one.
Box told_box(const TrackState& state);

/// The same about another box than the one that is tracked.
Box told_box(const TrackState& state, const Box& box);

/// The state about a box like the ones that are told; the inverse of told_box().
TrackState moved_to(const TrackState& state, const Box& told);

/// What the next frame starts from, given the best candidate of this one. Pure.
///
/// tracking: follows the candidate. Below lost_threshold: uncertain, still follows. Uncertain for
/// lost_after frames: lost, and back at the last believed box. Uncertain or lost, and score at or
/// above found_threshold: tracking again, at the candidate.
TrackState next_state(const TrackState& state, const Candidate& candidate,
                      const TrackConfig& config);

/// A lost target in a frame that was not searched (redetect_interval).
TrackState skip_frame(const TrackState& state);

}  // namespace siamtrack
