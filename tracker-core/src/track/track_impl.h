// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <memory>
#include <optional>

#include "siamtrack/track.h"
#include "systems/system.h"
#include "track/track_state.h"

namespace siamtrack {

struct Track::Impl {
  std::shared_ptr<const Model> model;
  TrackConfig config;
  TrackState state;
  Template exemplar;
  TrackResult result;
  std::optional<Box> suggestion;  ///< where to look for a lost target in the next frame, frame px
};

}  // namespace siamtrack
