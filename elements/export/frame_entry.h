// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gst/gst.h>

#include <cstdint>
#include <string>
#include <vector>

#include "../bridge/target_record.h"

namespace siamtrack::exporting {

enum class Format {
  kJsonl,  ///< one JSON object per frame
  kCsv,    ///< header; one row per target and frame, one row for a frame without targets
  kOtb,    ///< x,y,width,height of the first target, 1-based; NaN without one
  kVot,    ///< 1 in the first frame with a target, then x,y,width,height; 0 without one
  kMot,    ///< frame,id,x,y,width,height,confidence,-1,-1,-1, 1-based; no row without targets
};

/// Everything that is told about one frame.
struct FrameEntry {
  std::uint64_t index = 0;  ///< frames before this one
  GstClockTime pts = GST_CLOCK_TIME_NONE;
  GstClockTime stream_time = GST_CLOCK_TIME_NONE;
  GstClockTime running_time = GST_CLOCK_TIME_NONE;
  std::string utc;          ///< ISO 8601, from a reference timestamp meta; empty without
  Size frame;               ///< px; 0 x 0 where the caps do not tell
  bool normalized = false;  ///< boxes and trails are fractions of the frame
  std::vector<bridge::TargetRecord> targets;
};

}  // namespace siamtrack::exporting
