// SPDX-License-Identifier: LGPL-2.1-or-later
#include "track_meta.h"

#include <gst/video/video.h>

#include <algorithm>
#include <iterator>
#include <mutex>

#include "record_transform.h"

namespace siamtrack::bridge {
namespace {

void write_record(GstStructure* structure, const FrameRecord& record) {
  gst_structure_set(structure, "frame-width", G_TYPE_INT, record.frame.width, "frame-height",
                    G_TYPE_INT, record.frame.height, nullptr);
  set_targets(structure, "targets", record.targets);
}

FrameRecord read_record(const GstStructure* structure) {
  FrameRecord record;
  gst_structure_get_int(structure, "frame-width", &record.frame.width);
  gst_structure_get_int(structure, "frame-height", &record.frame.height);
  const GValue* list = gst_structure_get_value(structure, "targets");
  if (list == nullptr || !GST_VALUE_HOLDS_ARRAY(list)) return record;
  for (guint i = 0; i < gst_value_array_get_size(list); ++i) {
    const GValue* value = gst_value_array_get_value(list, i);
    if (GST_VALUE_HOLDS_STRUCTURE(value)) {
      record.targets.push_back(from_structure(gst_value_get_structure(value)));
    }
  }
  return record;
}

bool has(const FrameRecord& record, const TargetRecord& target) {
  return std::ranges::any_of(record.targets, [&target](const TargetRecord& other) {
    return other.id == target.id && other.box == target.box;
  });
}

gboolean transform_meta(GstBuffer* target, GstCustomMeta* meta, GstBuffer*, GQuark type,
                        gpointer data, gpointer) {
  FrameRecord record = read_record(gst_custom_meta_get_structure(meta));
  if (!GST_META_TRANSFORM_IS_COPY(type)) {
    const std::optional<FrameTransform> transform = frame_transform(type, data);
    if (!transform) return FALSE;
    record = moved(record, *transform);
  }
  add_track_meta(target, record);
  return TRUE;
}

}  // namespace

void register_track_meta() {
  static std::once_flag once;
  std::call_once(once, [] {
    const gchar* tags[] = {GST_META_TAG_VIDEO_STR, GST_META_TAG_VIDEO_SIZE_STR, nullptr};
    gst_meta_register_custom(kTrackMetaName, tags, transform_meta, nullptr, nullptr);
  });
}

void add_track_meta(GstBuffer* buffer, const FrameRecord& record) {
  GstCustomMeta* meta = gst_buffer_get_custom_meta(buffer, kTrackMetaName);
  if (meta == nullptr) meta = gst_buffer_add_custom_meta(buffer, kTrackMetaName);
  GstStructure* structure = gst_custom_meta_get_structure(meta);
  FrameRecord joined = read_record(structure);
  joined.frame = record.frame;
  std::ranges::copy_if(record.targets, std::back_inserter(joined.targets),
                       [&joined](const TargetRecord& target) { return !has(joined, target); });
  write_record(structure, joined);
}

std::optional<FrameRecord> read_track_meta(GstBuffer* buffer) {
  GstCustomMeta* meta = gst_buffer_get_custom_meta(buffer, kTrackMetaName);
  if (meta == nullptr) return std::nullopt;
  return read_record(gst_custom_meta_get_structure(meta));
}

void remove_track_meta(GstBuffer* buffer) {
  if (GstCustomMeta* meta = gst_buffer_get_custom_meta(buffer, kTrackMetaName)) {
    gst_buffer_remove_meta(buffer, &meta->meta);
  }
}

}  // namespace siamtrack::bridge
