// SPDX-License-Identifier: LGPL-2.1-or-later
#include "analytics_support.h"
#include "bridge/target_reader.h"
#include "export_support.h"

/// GstAnalytics metadata (built with GStreamer >= 1.24 only): what `siamtrack` attaches, read with
/// GStreamer's own functions, and what all elements make of other trackers' metadata.
namespace siamtrack::test {
namespace {

using bridge::TargetState;
using testing::Bench;
using testing::FakeCore;

/// A detection and the track it relates to, as GStreamer's functions tell them.
struct Told {
  std::string label;
  Box box;
  float score = 0;
  guint64 id = 0;
  GstClockTime first = 0;
  GstClockTime last = 0;
  gboolean lost = FALSE;
};

std::vector<Told> told(GstBuffer* buffer) {
  std::vector<Told> all;
  GstAnalyticsRelationMeta* relations = gst_buffer_get_analytics_relation_meta(buffer);
  if (relations == nullptr) return all;
  for (guint i = 0; i < gst_analytics_relation_get_length(relations); ++i) {
    GstAnalyticsODMtd detection{};
    if (!gst_analytics_relation_meta_get_od_mtd(relations, i, &detection)) continue;
    Told one;
    one.label = g_quark_to_string(gst_analytics_od_mtd_get_obj_type(&detection));
    gint x = 0, y = 0, width = 0, height = 0;
    EXPECT_TRUE(gst_analytics_od_mtd_get_location(&detection, &x, &y, &width, &height, &one.score));
    one.box = {double(x), double(y), double(width), double(height)};
    GstAnalyticsTrackingMtd tracking{};
    if (gst_analytics_relation_meta_get_direct_related(
            relations, detection.id, GST_ANALYTICS_REL_TYPE_RELATE_TO,
            gst_analytics_tracking_mtd_get_mtd_type(), nullptr, &tracking)) {
      EXPECT_TRUE(gst_analytics_tracking_mtd_get_info(&tracking, &one.id, &one.first, &one.last,
                                                      &one.lost));
    }
    all.push_back(one);
  }
  return all;
}

TEST(AnalyticsTest, ATargetIsADetectionRelatedToATrack) {
  FakeCore core;
  Bench bench("siamtrack label=cup box=100,50,40.6,30", kCaps);
  const Buffer first = step(bench);
  const GstClockTime begin = GST_BUFFER_PTS(first.get());
  const auto start = told(first.get());
  ASSERT_EQ(start.size(), 1U);
  EXPECT_EQ(start[0].label, "cup");
  EXPECT_EQ(start[0].box, (Box{100, 50, 41, 30}));
  EXPECT_EQ(start[0].score, 1);
  EXPECT_EQ(start[0].id, bridge::read_targets(first.get()).at(0).id);
  EXPECT_EQ(start[0].first, begin);
  EXPECT_EQ(start[0].last, begin);
  EXPECT_FALSE(start[0].lost);
  const Buffer second = step(bench);
  const auto next = told(second.get());
  ASSERT_EQ(next.size(), 1U);
  EXPECT_EQ(next[0].box, (Box{101, 52, 41, 30}));
  EXPECT_FLOAT_EQ(next[0].score, 0.9F);
  EXPECT_EQ(next[0].id, start[0].id);
  EXPECT_EQ(next[0].first, begin);
  EXPECT_EQ(next[0].last, GST_BUFFER_PTS(second.get()));
}

TEST(AnalyticsTest, ALostTargetIsALostTrackSeenLastWhenBelieved) {
  FakeCore core;
  Bench bench("siamtrack box=100,50,40,30", kCaps);
  const Buffer first = step(bench);
  core.status = TrackStatus::kLost;
  const Buffer second = step(bench);
  EXPECT_TRUE(told(second.get()).empty()) << "nothing is there to be detected";
  gpointer position = nullptr;
  GstAnalyticsTrackingMtd track{};
  ASSERT_TRUE(gst_analytics_relation_meta_iterate(
      relations_of(second.get()), &position, gst_analytics_tracking_mtd_get_mtd_type(), &track));
  guint64 id = 0;
  GstClockTime begin = 0, last = 0;
  gboolean lost = FALSE;
  ASSERT_TRUE(gst_analytics_tracking_mtd_get_info(&track, &id, &begin, &last, &lost));
  EXPECT_EQ(id, told(first.get()).at(0).id);
  EXPECT_TRUE(lost);
  EXPECT_EQ(begin, GST_BUFFER_PTS(first.get()));
  EXPECT_EQ(last, GST_BUFFER_PTS(first.get()));
}

TEST(AnalyticsTest, UpstreamsMetaIsKeptAndJoined) {
  FakeCore core;
  Bench bench("siamtrack label=cup box=100,50,40,30", kCaps);
  const Buffer frame = step(bench, [](GstBuffer* buffer) {
    detect(buffer, "car", {1, 2, 30, 40}, 0.5F);
  });
  const auto all = told(frame.get());
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].label, "car");
  EXPECT_EQ(all[0].id, 0U);
  EXPECT_EQ(all[1].label, "cup");
  EXPECT_NE(all[1].id, 0U);
}

TEST(AnalyticsTest, OutputLeavesThemOut) {
  FakeCore core;
  Bench bench("siamtrack output=roi+meta box=100,50,40,30", kCaps);
  EXPECT_EQ(gst_buffer_get_analytics_relation_meta(step(bench).get()), nullptr);
}

TEST(AnalyticsTest, DetectionsStartTargets) {
  FakeCore core;
  Bench bench("siamtrack init-from=analytics-meta init-label=face max-targets=3 output=meta",
              kCaps);
  const Buffer frame = step(bench, [](GstBuffer* buffer) {
    detect(buffer, "cat", {10, 10, 50, 50}, 0.9F);
    detect(buffer, "face", {300, 100, 60, 60}, 0.9F);
    detect(buffer, "face", {100, 300, 60, 60}, 0.9F, Track{7, true});
  });
  const auto targets = testing::look_at(frame.get()).targets;
  ASSERT_EQ(targets.size(), 1U) << "neither the cat nor the lost face";
  EXPECT_EQ(targets[0].label, "face");
  EXPECT_EQ(targets[0].box, (Box{300, 100, 60, 60}));
}

TEST(AnalyticsTest, TargetsOfOthersAreReadAndOursNotRepeated) {
  const Buffer buffer(gst_buffer_new());
  bridge::TargetRecord own = target({1.5, 2.5, 10.25, 20}, 5);
  own.label = "cup";
  bridge::add_track_meta(buffer.get(), {{640, 480}, {own}});
  bridge::add_analytics_metas(buffer.get(), {{640, 480}, {own}}, {{0, 0}});
  detect(buffer.get(), "car", {5, 6, 7, 8}, 0.75F, Track{5});
  detect(buffer.get(), "face", {9, 10, 11, 12}, 0.25F, Track{6, true});
  detect(buffer.get(), "cat", {13, 14, 15, 16}, 0.5F);
  const auto targets = bridge::read_targets(buffer.get());
  ASSERT_EQ(targets.size(), 4U);
  EXPECT_EQ(targets[0].box, own.box);
  EXPECT_EQ(targets[1].label, "car");
  EXPECT_EQ(targets[1].id, 5U);
  EXPECT_EQ(targets[1].box, (Box{5, 6, 7, 8}));
  EXPECT_EQ(targets[1].score, 0.75);
  EXPECT_EQ(targets[1].state, TargetState::kTracking);
  EXPECT_EQ(targets[2].id, 6U);
  EXPECT_EQ(targets[2].state, TargetState::kLost);
  EXPECT_EQ(targets[3].label, "cat");
  EXPECT_EQ(targets[3].id, 0U);
}

TEST(AnalyticsTest, TheOverlayDrawsOtherTrackers) {
  const GstVideoInfo info = video_info("RGB", kSize);
  for (const bool lost : {false, true}) {
    const Harness harness = make_harness("siamtrackoverlay labels=0 line-width=2");
    gst_harness_set_src_caps_str(harness.get(), caps_text("RGB", kSize).c_str());
    Buffer frame = noise_frame(info);
    detect(frame.get(), "car", {10, 10, 20, 20}, 0.5F, Track{3, lost});
    const auto bytes = bytes_of(through(harness, std::move(frame)).get());
    const std::size_t edge = 10 * static_cast<std::size_t>(info.stride[0]) + 3 * 20;
    EXPECT_EQ(bytes[edge], lost ? 0xff : 0x20);
    EXPECT_EQ(bytes[edge + 1], lost ? 0x30 : 0xe0);
  }
}

class AnalyticsExportTest : public ExportTest {};

TEST_F(AnalyticsExportTest, WritesOtherTrackers) {
  const Harness harness = open("");
  Buffer buffer = frame(0, {});
  detect(buffer.get(), "car", {10, 11, 20, 21}, 0.5F, Track{3});
  detect(buffer.get(), "face", {30, 31, 5, 6}, 0.25F, Track{4, true});
  ASSERT_NE(through(harness, std::move(buffer)), nullptr);
  const Json written = Json::parse(lines().at(0));
  ASSERT_EQ(written["targets"].size(), 2U);
  EXPECT_EQ(written["targets"][0]["id"], 3);
  EXPECT_EQ(written["targets"][0]["label"], "car");
  EXPECT_EQ(written["targets"][0]["box"], Json({10, 11, 20, 21}));
  EXPECT_EQ(written["targets"][0]["score"], 0.5);
  EXPECT_EQ(written["targets"][1]["state"], "lost");
}

}  // namespace
}  // namespace siamtrack::test
