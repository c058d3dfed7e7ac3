// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <vector>

#include "decode/outline.h"
#include "geometry/search_region.h"
#include "siamtrack/result.h"
#include "track/track_state.h"

/// What goes into one look at a frame for one target, and what comes out of it.
namespace siamtrack {

/// Template features of one target; what is in it is the system's business.
using Template = std::vector<at::Tensor>;

/// Where a system wants to look for one target in the next frame: one window per scale.
struct SearchPlan {
  std::vector<SubWindow> windows;
  int patch_side = 0;   ///< every window is resized to patch_side x patch_side
  double scale = 1;     ///< network px per frame px at scale 1 (not rounded)
  double centre_x = 0;  ///< what the middle of a patch is taken to show, frame px
  double centre_y = 0;
};

/// What the network itself said about the box that was chosen: nothing smoothed, clipped or
/// calibrated. Systems that carry nothing but the box from frame to frame leave it empty.
struct Evidence {
  double offset_x = 0;  ///< of the box's centre from the patch's middle, network px
  double offset_y = 0;
  double width = 0;  ///< of the box, network px
  double height = 0;
  double score = 0;    ///< probability
  double ranking = 0;  ///< the same after penalty and window
};

/// What the network says about one target in one frame.
struct Candidate {
  Box box;           ///< frame px, smoothed and clipped as the system's paper does
  double score = 0;  ///< calibrated confidence in [0, 1]
  std::optional<RotatedBox> rotated;
  std::optional<Mask> mask;
  Evidence evidence;
};

/// What is seen of a target whose box is known.
struct Outlined {
  std::optional<Outline> outline;  ///< empty where nothing is seen
  Template exemplar;               ///< for the next frame
};

/// A further look at a frame.
struct Look {
  TrackState state;  ///< before the look
  TrackState place;  ///< the state it is planned about
  SearchPlan plan;
  bool confirms = true;  ///< counts only when it is sure; else it replaces the look before it
};

}  // namespace siamtrack
