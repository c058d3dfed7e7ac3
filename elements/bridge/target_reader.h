// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gst/gst.h>

#include <vector>

#include "target_record.h"

/// One place that turns whatever metadata a buffer carries into targets: ours and that of other
/// trackers and detectors. What a meta does not tell is: id 0, score NaN, state kTracking.
namespace siamtrack::bridge {

/// Targets of GstSiamTrackMeta, then of GstAnalytics (GStreamer >= 1.24), then of
/// GstVideoRegionOfInterestMeta; a target that an earlier layer told is not repeated.
///
/// @param buffer  any buffer; only its metas are read
/// Ensures  boxes are as the metas have them: outside the frame, without area or with NaN too
std::vector<TargetRecord> read_targets(GstBuffer* buffer);

}  // namespace siamtrack::bridge
