// SPDX-License-Identifier: LGPL-2.1-or-later
#include "analytics_meta.h"

#include <gst/analytics/analytics.h>

#include <cmath>

namespace siamtrack::bridge {
namespace {

int rounded(double pixels) { return static_cast<int>(std::lround(pixels)); }

void add_target(GstAnalyticsRelationMeta* relations, const TargetRecord& record,
                const SeenTimes& seen) {
  GstAnalyticsODMtd detection{};
  GstAnalyticsTrackingMtd tracking{};
  const GQuark type = g_quark_from_string(record.label.c_str());
  if (!gst_analytics_relation_meta_add_od_mtd(
          relations, type, rounded(record.box.x), rounded(record.box.y), rounded(record.box.width),
          rounded(record.box.height), static_cast<float>(record.score), &detection) ||
      !gst_analytics_relation_meta_add_tracking_mtd(relations, record.id, seen.first, &tracking)) {
    return;
  }
  gst_analytics_tracking_mtd_update_last_seen(&tracking, seen.last);
  if (record.state == TargetState::kLost) gst_analytics_tracking_mtd_set_lost(&tracking);
  gst_analytics_relation_meta_set_relation(relations, GST_ANALYTICS_REL_TYPE_RELATE_TO,
                                           detection.id, tracking.id);
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
    add_target(relations, record.targets[i], seen.at(i));
  }
}

std::vector<TargetRecord> read_analytics_targets(GstBuffer* buffer) {
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
    read_tracking(relations, detection.id, record);
    targets.push_back(std::move(record));
  }
  return targets;
}

}  // namespace siamtrack::bridge
