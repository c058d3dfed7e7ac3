// SPDX-License-Identifier: LGPL-2.1-or-later
#include "analytics_meta.h"

#include <gst/analytics/analytics.h>

#include <cmath>

namespace siamtrack::bridge {
namespace {

void add_target(GstAnalyticsRelationMeta* relations, const TargetRecord& record,
                const SeenTimes& seen) {
  GstAnalyticsODMtd detection{};
  GstAnalyticsTrackingMtd tracking{};
  const GQuark type = g_quark_from_string(record.label.c_str());
  if (!gst_analytics_relation_meta_add_od_mtd(
          relations, type, int(std::lround(record.box.x)), int(std::lround(record.box.y)),
          int(std::lround(record.box.width)), int(std::lround(record.box.height)),
          float(record.score), &detection) ||
      !gst_analytics_relation_meta_add_tracking_mtd(relations, record.id, seen.first, &tracking)) {
    return;
  }
  gst_analytics_tracking_mtd_update_last_seen(&tracking, seen.last);
  if (record.state == TargetState::kLost) gst_analytics_tracking_mtd_set_lost(&tracking);
  gst_analytics_relation_meta_set_relation(relations, GST_ANALYTICS_REL_TYPE_RELATE_TO,
                                           detection.id, tracking.id);
}

}  // namespace

void add_analytics_metas(GstBuffer* buffer, const FrameRecord& record,
                         const std::vector<SeenTimes>& seen) {
  if (record.targets.empty()) return;
  GstAnalyticsRelationMeta* relations = gst_buffer_get_analytics_relation_meta(buffer);
  if (relations == nullptr) relations = gst_buffer_add_analytics_relation_meta(buffer);
  for (std::size_t i = 0; i < record.targets.size(); ++i) {
    add_target(relations, record.targets[i], seen.at(i));
  }
}

std::vector<DetectedBox> read_analytics_boxes(GstBuffer* buffer) {
  std::vector<DetectedBox> boxes;
  GstAnalyticsRelationMeta* relations = gst_buffer_get_analytics_relation_meta(buffer);
  if (relations == nullptr) return boxes;
  gpointer position = nullptr;
  GstAnalyticsMtd entry{};
  while (gst_analytics_relation_meta_iterate(relations, &position,
                                             gst_analytics_od_mtd_get_mtd_type(), &entry)) {
    auto* detection = reinterpret_cast<GstAnalyticsODMtd*>(&entry);
    gint x = 0, y = 0, width = 0, height = 0;
    gfloat score = 0;
    if (!gst_analytics_od_mtd_get_location(detection, &x, &y, &width, &height, &score)) continue;
    const gchar* label = g_quark_to_string(gst_analytics_od_mtd_get_obj_type(detection));
    boxes.push_back({{double(x), double(y), double(width), double(height)}, label ? label : ""});
  }
  return boxes;
}

}  // namespace siamtrack::bridge
