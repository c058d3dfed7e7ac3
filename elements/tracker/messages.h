// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gst/gst.h>

#include <string>
#include <vector>

#include "targets.h"

/// What the element posts on the bus. Never call these with a lock held.
namespace siamtrack::tracker {

/// The four times of a buffer that GStreamer's analysing elements put into their messages, ns.
struct FrameTimes {
  GstClockTime timestamp = GST_CLOCK_TIME_NONE;
  GstClockTime stream_time = GST_CLOCK_TIME_NONE;
  GstClockTime running_time = GST_CLOCK_TIME_NONE;
  GstClockTime duration = GST_CLOCK_TIME_NONE;
};

FrameTimes frame_times(const GstSegment& segment, GstBuffer* buffer);

/// A request that was refused.
struct Rejection {
  std::uint64_t id = 0;
  Box box;  ///< frame pixels, as far as it could be read
  /// "outside-frame", "too-small", "zero", "not-a-number", "too-many", "replaced", "unknown-id"
  std::string reason;
};

/// siamtrack-state: the target's fields but the mask, old-state, reason, frame-width, frame-height
/// and the frame's times.
/// @param frame  size of the frame that the target's box belongs to
void post_state(GstElement* element, const StateChange& change, Size frame,
                const FrameTimes& times);

/// siamtrack-result: frame-width, frame-height, targets (array of structures, without masks), the
/// frame's times.
void post_result(GstElement* element, const bridge::FrameRecord& record, const FrameTimes& times);

/// siamtrack-rejected: id, reason, x, y, width, height and the frame's times; and a warning.
void post_rejection(GstElement* element, const Rejection& rejection, Size frame,
                    const FrameTimes& times);

/// GST_MESSAGE_QOS, for a frame that was dropped or whose tracking step was left out.
/// @param done      steps made so far
/// @param left_out  frames and steps left out so far, this one included
void post_qos(GstElement* element, bool live, const FrameTimes& times, guint64 done,
              guint64 left_out);

}  // namespace siamtrack::tracker
