// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gst/gst.h>

#include <optional>

#include "target_record.h"

/// The project's own metadata: full, sub-pixel results that survive what drops the parameters of
/// region-of-interest metas (videoconvert, videoscale) and follow scaling, and on GStreamer >= 1.28
/// also cropping and flipping.
///
/// It is a GstCustomMeta, so any language reads it without a header or library of ours:
///   gst_custom_meta_get_structure(gst_buffer_get_custom_meta(buffer, "GstSiamTrackMeta"))
/// gives the fields frame-width, frame-height (int) and targets, a GstValueArray of structures
/// with the fields that fill_structure() documents.
namespace siamtrack::bridge {

inline constexpr const char* kTrackMetaName = "GstSiamTrackMeta";

/// Makes the meta known to GStreamer; called when the plugin loads. Further calls do nothing.
void register_track_meta();

/// Attaches the record. A buffer that already carries targets (two trackers in a row) keeps them;
/// one that it has already is not added, for GStreamer's GL elements copy all metadata twice.
/// Requires  buffer is writable
void add_track_meta(GstBuffer* buffer, const FrameRecord& record);

/// What add_track_meta() attached, moved by whatever scaled the frame since; nothing without it.
std::optional<FrameRecord> read_track_meta(GstBuffer* buffer);

/// Takes the meta off again. Requires  buffer is writable
void remove_track_meta(GstBuffer* buffer);

}  // namespace siamtrack::bridge
