// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gst/gst.h>

#include <optional>
#include <string>
#include <vector>

#include "target_record.h"

/// GstAnalytics metadata (GStreamer >= 1.24). A build against an older GStreamer has the same
/// functions, which then do nothing; see analytics_meta_stub.cpp.
namespace siamtrack::bridge {

/// When a target was seen, running time of the stream.
struct SeenTimes {
  GstClockTime first = GST_CLOCK_TIME_NONE;
  GstClockTime last = GST_CLOCK_TIME_NONE;
};

/// A box found upstream, to start a target from.
struct DetectedBox {
  Box box;
  std::string label;
};

/// Attaches per target an object-detection entry (label, box, score) and a tracking entry (id,
/// first and last seen, lost), related by RELATE_TO.
///
/// @param seen  one per target of the record, in order
/// Requires  buffer is writable
void add_analytics_metas(GstBuffer* buffer, const FrameRecord& record,
                         const std::vector<SeenTimes>& seen);

/// Object detections that upstream attached; none in a build without GstAnalytics.
std::vector<DetectedBox> read_analytics_boxes(GstBuffer* buffer);

}  // namespace siamtrack::bridge
