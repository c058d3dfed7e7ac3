// SPDX-License-Identifier: LGPL-2.1-or-later
#include "analytics_meta.h"

#include <gst/analytics/analytics.h>
#include <gst/video/video.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace siamtrack::bridge {
namespace {

int rounded(double pixels) { return static_cast<int>(std::lround(pixels)); }

#if GST_CHECK_VERSION(1, 26, 0)

/// The mask as a picture: `region` where the target is, elsewhere 0.
GstBuffer* region_map(const TargetMask& mask, guint8 region) {
  gsize size = 0;
  const auto* pixels = static_cast<const guint8*>(g_bytes_get_data(mask.pixels.get(), &size));
  GstBuffer* map = gst_buffer_new_allocate(nullptr, size, nullptr);
  GstMapInfo bytes;
  gst_buffer_map(map, &bytes, GST_MAP_WRITE);
  std::transform(pixels, pixels + size, bytes.data,
                 [region](guint8 pixel) -> guint8 { return pixel != 0 ? region : 0; });
  gst_buffer_unmap(map, &bytes);
  const auto width = static_cast<guint>(mask.size.width);
  gsize offset[GST_VIDEO_MAX_PLANES] = {0};
  gint stride[GST_VIDEO_MAX_PLANES] = {mask.size.width};
  gst_buffer_add_video_meta_full(map, GST_VIDEO_FRAME_FLAG_NONE, GST_VIDEO_FORMAT_GRAY8, width,
                                 static_cast<guint>(mask.size.height), 1, offset, stride);
  return map;
}

/// @param region  of the target; GStreamer's overlay gives every region its colour
void add_mask(GstAnalyticsRelationMeta* relations, guint detection, const TargetMask& mask,
              guint8 region) {
  const Box& box = mask.box;
  std::array<guint, 2> regions = {0, region};
  GstAnalyticsSegmentationMtd segmentation{};
  if (!gst_analytics_relation_meta_add_segmentation_mtd(
          relations, region_map(mask, region), GST_SEGMENTATION_TYPE_INSTANCE, regions.size(),
          regions.data(), rounded(box.x), rounded(box.y), static_cast<guint>(rounded(box.width)),
          static_cast<guint>(rounded(box.height)), &segmentation)) {
    return;
  }
  for (const auto& [from, to] :
       {std::pair{detection, segmentation.id}, {segmentation.id, detection}}) {
    gst_analytics_relation_meta_set_relation(relations, GST_ANALYTICS_REL_TYPE_RELATE_TO, from, to);
  }
}

/// The bitmap of a picture of regions: all but region 0. None of a picture that cannot be read.
std::shared_ptr<GBytes> bitmap(GstBuffer* map, const GstVideoMeta& layout) {
  if (layout.format != GST_VIDEO_FORMAT_GRAY8) return nullptr;
  GstVideoInfo info;
  GstVideoFrame frame;
  if (!gst_video_info_set_format(&info, layout.format, layout.width, layout.height) ||
      !gst_video_frame_map(&frame, &info, map, GST_MAP_READ)) {
    return nullptr;
  }
  std::vector<guint8> pixels(std::size_t{layout.width} * layout.height);
  for (guint row = 0; row < layout.height; ++row) {
    const auto* line = static_cast<const guint8*>(GST_VIDEO_FRAME_PLANE_DATA(&frame, 0)) +
                       std::ptrdiff_t{row} * GST_VIDEO_FRAME_PLANE_STRIDE(&frame, 0);
    std::transform(line, line + layout.width, pixels.begin() + std::ptrdiff_t{row} * layout.width,
                   [](guint8 region) -> guint8 { return region != 0 ? 255 : 0; });
  }
  gst_video_frame_unmap(&frame);
  return {g_bytes_new(pixels.data(), pixels.size()), g_bytes_unref};
}

/// Adds the mask of the segmentation that `detection` relates to, if it shows that object alone.
void read_mask(GstAnalyticsRelationMeta* relations, guint detection, TargetRecord& record) {
  constexpr gsize kRegions = 2;  // the object's, and what is not the object
  GstAnalyticsSegmentationMtd segmentation{};
  if (!gst_analytics_relation_meta_get_direct_related(
          relations, detection, GST_ANALYTICS_REL_TYPE_RELATE_TO,
          gst_analytics_segmentation_mtd_get_mtd_type(), nullptr, &segmentation) ||
      gst_analytics_segmentation_mtd_get_region_count(&segmentation) > kRegions) {
    return;
  }
  gint x = 0, y = 0;
  guint width = 0, height = 0;
  GstBuffer* map = gst_analytics_segmentation_mtd_get_mask(&segmentation, &x, &y, &width, &height);
  if (map == nullptr) return;
  if (const GstVideoMeta* layout = gst_buffer_get_video_meta(map)) {
    TargetMask mask;
    mask.box = {double(x), double(y), double(width), double(height)};
    mask.size = {static_cast<int>(layout->width), static_cast<int>(layout->height)};
    mask.pixels = bitmap(map, *layout);
    if (mask.pixels) record.mask = std::move(mask);
  }
  gst_buffer_unref(map);
}

/// Adds the turned box of an oriented detection.
void read_rotated(const GstAnalyticsODMtd& detection, TargetRecord& record) {
  gint x = 0, y = 0, width = 0, height = 0;
  gfloat angle = 0, score = 0;
  if (!gst_analytics_od_mtd_get_oriented_location(&detection, &x, &y, &width, &height, &angle,
                                                  &score) ||
      angle == 0) {
    return;
  }
  record.rotated =
      RotatedBox{x + width / 2.0, y + height / 2.0, double(width), double(height), double(angle)};
  record.polygon = to_polygon(record.rotated);
}

#else

void add_mask(GstAnalyticsRelationMeta*, guint, const TargetMask&, guint8) {}
void read_rotated(const GstAnalyticsODMtd&, TargetRecord&) {}
void read_mask(GstAnalyticsRelationMeta*, guint, TargetRecord&) {}

#endif

/// @param region  that the mask has in its picture
void add_target(GstAnalyticsRelationMeta* relations, const TargetRecord& record,
                const SeenTimes& seen, guint8 region) {
  GstAnalyticsTrackingMtd tracking{};
  if (!gst_analytics_relation_meta_add_tracking_mtd(relations, record.id, seen.first, &tracking)) {
    return;
  }
  gst_analytics_tracking_mtd_update_last_seen(&tracking, seen.last);
  if (record.state == TargetState::kLost) {
    // Whoever reads detections takes each for something that is there.
    gst_analytics_tracking_mtd_set_lost(&tracking);
    return;
  }
  GstAnalyticsODMtd detection{};
  const GQuark type = g_quark_from_string(record.label.c_str());
  if (!gst_analytics_relation_meta_add_od_mtd(
          relations, type, rounded(record.box.x), rounded(record.box.y), rounded(record.box.width),
          rounded(record.box.height), static_cast<float>(record.score), &detection)) {
    return;
  }
  gst_analytics_relation_meta_set_relation(relations, GST_ANALYTICS_REL_TYPE_RELATE_TO,
                                           detection.id, tracking.id);
  if (record.mask) add_mask(relations, detection.id, *record.mask, region);
}

/// Adds id and state of the tracking entry that `detection` relates to, if there is one.
void read_tracking(GstAnalyticsRelationMeta* relations, guint detection, TargetRecord& record) {
  GstAnalyticsTrackingMtd tracking{};
  if (!gst_analytics_relation_meta_get_direct_related(
          relations, detection, GST_ANALYTICS_REL_TYPE_RELATE_TO,
          gst_analytics_tracking_mtd_get_mtd_type(), nullptr, &tracking)) {
    return;
  }
  guint64 id = 0;
  GstClockTime first = GST_CLOCK_TIME_NONE;
  GstClockTime last = GST_CLOCK_TIME_NONE;
  gboolean lost = FALSE;
  if (!gst_analytics_tracking_mtd_get_info(&tracking, &id, &first, &last, &lost)) return;
  record.id = id;
  if (lost) record.state = TargetState::kLost;
}

}  // namespace

void add_analytics_metas(GstBuffer* buffer, const FrameRecord& record,
                         const std::vector<SeenTimes>& seen) {
  if (record.targets.empty()) return;
  GstAnalyticsRelationMeta* relations = gst_buffer_get_analytics_relation_meta(buffer);
  if (relations == nullptr) relations = gst_buffer_add_analytics_relation_meta(buffer);
  for (std::size_t i = 0; i < record.targets.size(); ++i) {
    add_target(relations, record.targets[i], seen.at(i), static_cast<guint8>(i % 255 + 1));
  }
}

std::vector<TargetRecord> read_analytics_targets(
    GstBuffer* buffer, const std::function<bool(const TargetRecord&)>& known) {
  std::vector<TargetRecord> targets;
  GstAnalyticsRelationMeta* relations = gst_buffer_get_analytics_relation_meta(buffer);
  if (relations == nullptr) return targets;
  gpointer position = nullptr;
  GstAnalyticsODMtd detection{};
  while (gst_analytics_relation_meta_iterate(relations, &position,
                                             gst_analytics_od_mtd_get_mtd_type(), &detection)) {
    gint x = 0, y = 0, width = 0, height = 0;
    gfloat score = 0;
    if (!gst_analytics_od_mtd_get_location(&detection, &x, &y, &width, &height, &score)) continue;
    TargetRecord record;
    const gchar* label = g_quark_to_string(gst_analytics_od_mtd_get_obj_type(&detection));
    record.label = label != nullptr ? label : "";
    record.state = TargetState::kTracking;
    record.score = score;
    record.box = {double(x), double(y), double(width), double(height)};
    read_rotated(detection, record);
    read_tracking(relations, detection.id, record);
    if (known(record)) continue;
    read_mask(relations, detection.id, record);
    targets.push_back(std::move(record));
  }
  return targets;
}

}  // namespace siamtrack::bridge
