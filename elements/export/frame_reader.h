// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gst/gst.h>

#include "frame_entry.h"

namespace siamtrack::exporting {

/// What of a frame is told.
struct Selection {
  bool include_lost = true;
  bool normalized = false;
};

/// Width and height that the caps tell; 0 x 0 when they do not.
Size frame_size(const GstCaps* caps);

/// Reads times and targets of a buffer; `index` stays 0.
///
/// @param segment  that the buffer belongs to
/// @param frame    see frame_size()
/// Throws  Error(kUnsupportedInput) when fractions are asked for and nothing tells the frame size
FrameEntry read_frame(GstBuffer* buffer, const GstSegment& segment, Size frame,
                      const Selection& selection);

/// "2026-01-31T12:00:00.123456789Z" from the buffer's reference timestamp meta on the Unix or NTP
/// clock; empty without one.
std::string utc_of(GstBuffer* buffer);

}  // namespace siamtrack::exporting
