// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include "image/crop.h"
#include "siamtrack/result.h"

namespace siamtrack {

/// Sides of the box that is told per sides of the box that is tracked.
struct Tightness {
  double width = 1;
  double height = 1;
};

/// Everything one target carries from frame to frame, apart from its template features.
struct TrackState {
  double centre_x = 0;  ///< frame px
  double centre_y = 0;
  double width = 0;  ///< frame px
  double height = 0;
  double initial_side = 0;  ///< context_side() of the initial box
  double initial_area = 0;  ///< width * height of the initial box, frame px^2
  Colour border{};          ///< mean colour of the first frame
  TrackStatus status = TrackStatus::kTracking;
  int uncertain_frames = 0;  ///< in a row
  int lost_frames = 0;       ///< in a row
  Tightness tightness;       ///< of the initial box
  double outline_share = 0;  ///< how far told boxes go towards the outline's, [0, 1]
  Box last_believed;         ///< box of the last frame that was tracking
  double move_x = 0;         ///< of the centre in the last frame, frame px, before clipping
  double move_y = 0;
  double fastest = 0;  ///< largest distance from a patch's middle that was found, network px
};

/// The box that is tracked, frame px.
inline Box to_box(const TrackState& state) {
  return Box::from_centre(state.centre_x, state.centre_y, state.width, state.height);
}

}  // namespace siamtrack
