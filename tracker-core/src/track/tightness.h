// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include "siamtrack/frame_view.h"
#include "systems/system.h"
#include "track/model_impl.h"
#include "track/track_state.h"

/// Boxes may be drawn tightly or loosely about the same thing, and a network returns the kind it
/// was trained on. Comparing both in the first frame tells how the given box differs, and that is
/// kept in every box that is told (not published; systems ask for it by keep_tightness()). Likewise
/// the outline's box counts as much as it fits the given one (outline_share()).
namespace siamtrack {

/// Ratios of the given box's sides to those of the box that the network sees, to the power `keep`;
/// 1 when the boxes hardly meet. Pure.
/// @param keep  [0, 1]
Tightness tightness_of(const Box& given, const Box& seen, double keep);

/// What the first frame tells about a target beside its template.
struct FirstSight {
  Tightness tightness;
  double outline_share = 0;  ///< as in TrackState
  Template exemplar;         ///< knows the outline, where the system draws them
};

/// Looks for a target that is about to be tracked where it is.
/// @param frame    the first one
/// @param guessed  the box was made up, so that its tightness means nothing
FirstSight first_sight(const FrameView& frame, const TrackState& state, const Template& exemplar,
                       bool guessed, const Model::Impl& model);

}  // namespace siamtrack
