// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <span>
#include <vector>

#include "siamtrack/frame_view.h"
#include "systems/look.h"
#include "track/model_impl.h"

namespace siamtrack {

/// A target whose box is known.
struct OutlineJob {
  const Template* exemplar;
  const TrackState* state;
};

/// What is seen of each target, as many together as the device likes; none at all with systems that
/// draw no outlines.
std::vector<Outlined> outlines_of(const FrameView& frame, std::span<const OutlineJob> jobs,
                                  const Model::Impl& model);

}  // namespace siamtrack
