// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gst/gst.h>

#include <functional>
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

/// Attaches per target a tracking entry (id, first and last seen, lost) and, unless it is lost, an
/// object-detection entry (label, upright box, score) that relates to it; from GStreamer 1.26 on
/// also a segmentation entry of a target with a mask, related both ways: region 0 is what is not
/// the target.
///
/// @param seen  one per target of the record, in order
/// Requires  buffer is writable
void add_analytics_metas(GstBuffer* buffer, const FrameRecord& record,
                         const std::vector<SeenTimes>& seen);

/// Object detections, whoever attached them, each with id and state of the track that it relates
/// to (id 0 and kTracking without one) and, from GStreamer 1.26 on, the mask of the segmentation of
/// one region that it relates to. None in a build without GstAnalytics.
///
/// @param known  says which detections to leave out; it sees all but their masks
std::vector<TargetRecord> read_analytics_targets(
    GstBuffer* buffer, const std::function<bool(const TargetRecord&)>& known);

}  // namespace siamtrack::bridge
