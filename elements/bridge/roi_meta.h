// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gst/gst.h>

#include "target_record.h"

namespace siamtrack::bridge {

/// Attaches one GstVideoRegionOfInterestMeta per target that is not lost and meets the frame:
/// roi_type is the label, id the low 31 bits of the target's id, the box rounded and clipped to the
/// frame. Parameters, in the words of DL Streamer so that its elements read them: `detection`
/// {confidence, label_id, label, x_min, y_min, x_max, y_max (0..1)} and `object_id` {id}; and
/// `siamtrack`, all fields of the record (see fill_structure()).
///
/// Requires  buffer is writable
void add_roi_metas(GstBuffer* buffer, const FrameRecord& record);

}  // namespace siamtrack::bridge
