// SPDX-License-Identifier: LGPL-2.1-or-later
#include <numbers>

#include "analytics_support.h"
#include "bridge/target_reader.h"
#include "export_support.h"

/// Masks and turned boxes in GstAnalytics metadata (GStreamer >= 1.26).
namespace siamtrack::test {
namespace {

using testing::Bench;
using testing::FakeCore;

/// A segmentation that a detection relates to, as GStreamer's functions tell it.
struct ToldMask {
  Box place;
  Size size;
  std::vector<guint8> pixels;
  std::vector<guint> regions;
  bool related_back = false;
};

std::vector<ToldMask> told_masks(GstBuffer* buffer) {
  std::vector<ToldMask> all;
  GstAnalyticsRelationMeta* relations = relations_of(buffer);
  gpointer position = nullptr;
  GstAnalyticsODMtd detection{};
  while (gst_analytics_relation_meta_iterate(relations, &position,
                                             gst_analytics_od_mtd_get_mtd_type(), &detection)) {
    GstAnalyticsSegmentationMtd segmentation{};
    if (!gst_analytics_relation_meta_get_direct_related(
            relations, detection.id, GST_ANALYTICS_REL_TYPE_RELATE_TO,
            gst_analytics_segmentation_mtd_get_mtd_type(), nullptr, &segmentation)) {
      continue;
    }
    ToldMask one;
    gint x = 0, y = 0;
    guint width = 0, height = 0;
    const Buffer map(
        gst_analytics_segmentation_mtd_get_mask(&segmentation, &x, &y, &width, &height));
    one.place = {double(x), double(y), double(width), double(height)};
    const GstVideoMeta* layout = gst_buffer_get_video_meta(map.get());
    EXPECT_EQ(layout->format, GST_VIDEO_FORMAT_GRAY8);
    one.size = {static_cast<int>(layout->width), static_cast<int>(layout->height)};
    EXPECT_EQ(layout->stride[0], one.size.width);
    one.pixels = bytes_of(map.get());
    for (gsize i = 0; i < gst_analytics_segmentation_mtd_get_region_count(&segmentation); ++i) {
      one.regions.push_back(gst_analytics_segmentation_mtd_get_region_id(&segmentation, i));
    }
    GstAnalyticsMtd back{};
    one.related_back = gst_analytics_relation_meta_get_direct_related(
        relations, segmentation.id, GST_ANALYTICS_REL_TYPE_RELATE_TO,
        gst_analytics_od_mtd_get_mtd_type(), nullptr, &back);
    EXPECT_EQ(back.id, detection.id);
    all.push_back(one);
  }
  return all;
}

TEST(AnalyticsMaskTest, AMaskIsASegmentationThatTheDetectionRelatesTo) {
  FakeCore core;
  core.mask = Mask{104, 52, {3, 2}, {0, 255, 0, 255, 255, 255}};
  Bench bench("siamtrack max-targets=2 box=100,50,40,30 box=300,50,40,30", kCaps);
  const auto masks = told_masks((step(bench), step(bench)).get());
  ASSERT_EQ(masks.size(), 2U);
  EXPECT_EQ(masks[0].place, (Box{104, 52, 3, 2}));
  EXPECT_EQ(masks[0].size, (Size{3, 2}));
  EXPECT_EQ(masks[0].pixels, (std::vector<guint8>{0, 1, 0, 1, 1, 1}));
  EXPECT_EQ(masks[0].regions, (std::vector<guint>{0, 1}));
  EXPECT_TRUE(masks[0].related_back);
  EXPECT_EQ(masks[1].pixels, (std::vector<guint8>{0, 2, 0, 2, 2, 2})) << "a colour of its own";
  EXPECT_EQ(masks[1].regions, (std::vector<guint>{0, 2}));
}

TEST(AnalyticsMaskTest, ATargetWithoutAMaskHasNoSegmentation) {
  FakeCore core;
  Bench bench("siamtrack box=100,50,40,30", kCaps);
  EXPECT_TRUE(told_masks((step(bench), step(bench)).get()).empty());
}

/// A detection and a segmentation as another element would write it, lines of `stride` bytes.
void segment(GstBuffer* buffer, const Box& box, Size size, int stride,
             const std::vector<guint8>& pixels, std::vector<guint> regions) {
  GstAnalyticsRelationMeta* relations = relations_of(buffer);
  GstAnalyticsODMtd detection{};
  ASSERT_TRUE(gst_analytics_relation_meta_add_od_mtd(relations, g_quark_from_string("car"), 1, 2, 3,
                                                     4, 0.5F, &detection));
  GstBuffer* map = gst_buffer_new_memdup(pixels.data(), pixels.size());
  gsize offset[GST_VIDEO_MAX_PLANES] = {0};
  gint strides[GST_VIDEO_MAX_PLANES] = {stride};
  gst_buffer_add_video_meta_full(map, GST_VIDEO_FRAME_FLAG_NONE, GST_VIDEO_FORMAT_GRAY8,
                                 static_cast<guint>(size.width), static_cast<guint>(size.height), 1,
                                 offset, strides);
  GstAnalyticsSegmentationMtd segmentation{};
  ASSERT_TRUE(gst_analytics_relation_meta_add_segmentation_mtd(
      relations, map, GST_SEGMENTATION_TYPE_INSTANCE, regions.size(), regions.data(),
      static_cast<int>(box.x), static_cast<int>(box.y), static_cast<guint>(box.width),
      static_cast<guint>(box.height), &segmentation));
  ASSERT_TRUE(gst_analytics_relation_meta_set_relation(relations, GST_ANALYTICS_REL_TYPE_RELATE_TO,
                                                       detection.id, segmentation.id));
}

TEST(AnalyticsMaskTest, MasksOfOthersAreRead) {
  const Buffer buffer(gst_buffer_new());
  segment(buffer.get(), {10, 20, 30, 40}, {3, 2}, 4, {0, 7, 7, 99, 7, 0, 0, 99}, {0, 7});
  const auto targets = bridge::read_targets(buffer.get());
  ASSERT_EQ(targets.size(), 1U);
  ASSERT_TRUE(targets[0].mask);
  EXPECT_EQ(targets[0].mask->box, (Box{10, 20, 30, 40}));
  EXPECT_EQ(targets[0].mask->size, (Size{3, 2}));
  gsize size = 0;
  const auto* bytes =
      static_cast<const guint8*>(g_bytes_get_data(targets[0].mask->pixels.get(), &size));
  EXPECT_EQ(std::vector<guint8>(bytes, bytes + size),
            (std::vector<guint8>{0, 255, 255, 255, 0, 0}));
}

TEST(AnalyticsMaskTest, AMapOfSeveralObjectsIsNobodysMask) {
  const Buffer buffer(gst_buffer_new());
  segment(buffer.get(), {0, 0, 4, 1}, {4, 1}, 4, {0, 1, 2, 0}, {0, 1, 2});
  const auto targets = bridge::read_targets(buffer.get());
  ASSERT_EQ(targets.size(), 1U);
  EXPECT_FALSE(targets[0].mask);
}

TEST(AnalyticsMaskTest, TheOverlayTintsMasksOfOthers) {
  const GstVideoInfo info = video_info("RGB", kSize);
  const auto pixels = [&](bool mask) {
    const Harness harness =
        make_harness(std::string("siamtrackoverlay labels=0 mask=") + (mask ? "true" : "false"));
    gst_harness_set_src_caps_str(harness.get(), caps_text("RGB", kSize).c_str());
    Buffer frame = noise_frame(info);
    segment(frame.get(), {30, 20, 10, 10}, {2, 1}, 4, {0, 1, 0, 0}, {0, 1});
    return bytes_of(through(harness, std::move(frame)).get());
  };
  const auto tinted = pixels(true);
  const auto plain = pixels(false);
  const auto at = [&](int x, int y) {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(info.stride[0]) + 3U * x;
  };
  EXPECT_EQ(tinted[at(32, 25)], plain[at(32, 25)]) << "region 0";
  EXPECT_NE(tinted[at(37, 25)], plain[at(37, 25)]);
}

TEST(AnalyticsMaskTest, OrientedDetectionsHaveATurnedBox) {
  const Buffer buffer(gst_buffer_new());
  GstAnalyticsODMtd detection{};
  ASSERT_TRUE(gst_analytics_relation_meta_add_oriented_od_mtd(
      relations_of(buffer.get()), g_quark_from_string("ship"), 100, 50, 40, 20,
      static_cast<gfloat>(std::numbers::pi / 2), 0.5F, &detection));
  detect(buffer.get(), "car", {5, 6, 7, 8}, 0.75F);
  const auto targets = bridge::read_targets(buffer.get());
  ASSERT_EQ(targets.size(), 2U);
  EXPECT_EQ(targets[0].box, (Box{110, 40, 20, 40})) << "about the turned one";
  ASSERT_TRUE(targets[0].rotated);
  EXPECT_EQ(targets[0].rotated->centre_x, 120);
  EXPECT_EQ(targets[0].rotated->centre_y, 60);
  EXPECT_EQ(targets[0].rotated->width, 40);
  EXPECT_EQ(targets[0].rotated->height, 20);
  EXPECT_NEAR(targets[0].rotated->angle, std::numbers::pi / 2, 1e-6);
  ASSERT_EQ(targets[0].polygon.size(), 4U);
  EXPECT_NEAR(targets[0].polygon[0].x, 130, 1e-4) << "left-top, turned clockwise";
  EXPECT_NEAR(targets[0].polygon[0].y, 40, 1e-4);
  EXPECT_FALSE(targets[1].rotated);
  EXPECT_TRUE(targets[1].polygon.empty());
}

}  // namespace
}  // namespace siamtrack::test
