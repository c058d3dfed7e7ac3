// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gst/analytics/analytics.h>
#include <gtest/gtest.h>

#include <functional>
#include <optional>

#include "bridge/analytics_meta.h"
#include "fake_core.h"
#include "gst_support.h"
#include "harness_support.h"

/// GstAnalytics metadata as other elements write it, and frames that carry it.
namespace siamtrack::test {

inline constexpr const char* kCaps = "video/x-raw,format=NV12,width=640,height=480,framerate=30/1";

/// A track as another element would write it.
struct Track {
  guint64 id;
  bool lost = false;
};

inline GstAnalyticsRelationMeta* relations_of(GstBuffer* buffer) {
  GstAnalyticsRelationMeta* relations = gst_buffer_get_analytics_relation_meta(buffer);
  return relations != nullptr ? relations : gst_buffer_add_analytics_relation_meta(buffer);
}

inline void detect(GstBuffer* buffer, const char* label, const Box& box, float score,
                   std::optional<Track> track = std::nullopt) {
  GstAnalyticsRelationMeta* relations = relations_of(buffer);
  GstAnalyticsODMtd detection{};
  ASSERT_TRUE(gst_analytics_relation_meta_add_od_mtd(
      relations, g_quark_from_string(label), static_cast<int>(box.x), static_cast<int>(box.y),
      static_cast<int>(box.width), static_cast<int>(box.height), score, &detection));
  if (!track) return;
  GstAnalyticsTrackingMtd tracking{};
  ASSERT_TRUE(gst_analytics_relation_meta_add_tracking_mtd(relations, track->id, 0, &tracking));
  if (track->lost) gst_analytics_tracking_mtd_set_lost(&tracking);
  ASSERT_TRUE(gst_analytics_relation_meta_set_relation(relations, GST_ANALYTICS_REL_TYPE_RELATE_TO,
                                                       detection.id, tracking.id));
}

/// Pushes a frame, with metas that `prepare` adds, and gives back what the element made of it.
inline Buffer step(testing::Bench& bench, const std::function<void(GstBuffer*)>& prepare = {}) {
  static GstClockTime now = 0;
  GstBuffer* buffer = gst_buffer_new_allocate(nullptr, 640 * 480 * 3 / 2, nullptr);
  gst_buffer_memset(buffer, 0, 128, 640 * 480 * 3 / 2);
  GST_BUFFER_PTS(buffer) = now;
  now += GST_SECOND / 30;
  if (prepare) prepare(buffer);
  EXPECT_EQ(gst_harness_push(bench.harness(), buffer), GST_FLOW_OK);
  return Buffer(gst_harness_try_pull(bench.harness()));
}

}  // namespace siamtrack::test
