// SPDX-License-Identifier: LGPL-2.1-or-later
#include "bridge/track_meta.h"

#include <gtest/gtest.h>

#include "bridge/record_transform.h"
#include "bridge/roi_meta.h"
#include "gst_support.h"

namespace siamtrack::testing {
namespace {

using bridge::FrameRecord;
using bridge::TargetRecord;
using bridge::TargetState;

TargetRecord full_record() {
  TargetRecord record;
  record.id = 7'000'000'001;
  record.label = "red car";
  record.state = TargetState::kUncertain;
  record.score = 0.625;
  record.box = {10.25, -3.5, 40.5, 20.75};
  record.rotated = RotatedBox{30, 7, 38, 18, 0.25};
  record.polygon = {{1, 2}, {3.5, 4}, {5, 6}, {7, 8.25}};
  record.mask =
      bridge::TargetMask{{10, 20, 3, 2}, {3, 2}, {g_bytes_new("abcdef", 6), g_bytes_unref}};
  record.predicted = true;
  record.parent = 3;
  record.age = 12;
  record.unseen = 4;
  record.velocity = {1.5, -2};
  record.trail = {{9, 8}, {7, 6}};
  return record;
}

void expect_equal(const TargetRecord& a, const TargetRecord& b) {
  EXPECT_EQ(a.id, b.id);
  EXPECT_EQ(a.label, b.label);
  EXPECT_EQ(a.state, b.state);
  EXPECT_EQ(a.score, b.score);
  EXPECT_EQ(a.box, b.box);
  ASSERT_EQ(a.rotated.has_value(), b.rotated.has_value());
  if (a.rotated) {
    EXPECT_EQ(a.rotated->angle, b.rotated->angle);
  }
  EXPECT_EQ(a.polygon, b.polygon);
  ASSERT_EQ(a.mask.has_value(), b.mask.has_value());
  if (a.mask) {
    EXPECT_TRUE(g_bytes_equal(a.mask->pixels.get(), b.mask->pixels.get()));
  }
  EXPECT_EQ(a.predicted, b.predicted);
  EXPECT_EQ(a.parent, b.parent);
  EXPECT_EQ(a.age, b.age);
  EXPECT_EQ(a.unseen, b.unseen);
  EXPECT_EQ(a.velocity, b.velocity);
  EXPECT_EQ(a.trail, b.trail);
}

Owned<GstBuffer> buffer_with(const FrameRecord& record) {
  Owned<GstBuffer> buffer(gst_buffer_new());
  bridge::add_track_meta(buffer.get(), record);
  return buffer;
}

TEST(TrackMeta, GivesBackWhatWasAttached) {
  const auto buffer = buffer_with({{640, 480}, {full_record(), TargetRecord{}}});
  const auto read = bridge::read_track_meta(buffer.get());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->frame, (Size{640, 480}));
  ASSERT_EQ(read->targets.size(), 2u);
  expect_equal(read->targets[0], full_record());
  expect_equal(read->targets[1], TargetRecord{});
}

TEST(TrackMeta, IsCopiedWithTheBuffer) {
  const auto buffer = buffer_with({{640, 480}, {full_record()}});
  const Owned<GstBuffer> copy(gst_buffer_copy(buffer.get()));
  const auto read = bridge::read_track_meta(copy.get());
  ASSERT_TRUE(read);
  expect_equal(read->targets.at(0), full_record());
}

TEST(TrackMeta, IsTheSameWhenItIsCopiedTwice) {
  const auto buffer = buffer_with({{640, 480}, {full_record()}});
  const Owned<GstBuffer> copy(gst_buffer_new());
  for (int i = 0; i < 2; ++i) {
    gst_buffer_copy_into(copy.get(), buffer.get(), GST_BUFFER_COPY_META, 0, gsize(-1));
  }
  EXPECT_EQ(bridge::read_track_meta(copy.get())->targets.size(), 1u);
  TargetRecord elsewhere = full_record();  // the same picture twice in a composed one
  elsewhere.box.x += 100;
  bridge::add_track_meta(copy.get(), {{640, 480}, {elsewhere}});
  EXPECT_EQ(bridge::read_track_meta(copy.get())->targets.size(), 2u);
}

TEST(TrackMeta, JoinsTheTargetsOfTwoTrackers) {
  const auto buffer = buffer_with({{640, 480}, {full_record()}});
  TargetRecord second;
  second.id = 8;
  bridge::add_track_meta(buffer.get(), {{640, 480}, {second}});
  const auto read = bridge::read_track_meta(buffer.get());
  ASSERT_EQ(read->targets.size(), 2u);
  EXPECT_EQ(read->targets[1].id, 8u);
}

TEST(TrackMeta, CanBeTakenOff) {
  const auto buffer = buffer_with({{640, 480}, {full_record()}});
  bridge::remove_track_meta(buffer.get());
  EXPECT_FALSE(bridge::read_track_meta(buffer.get()));
  bridge::remove_track_meta(buffer.get());
}

TEST(TrackMeta, IgnoresFieldsThatAreNotOurs) {
  const auto buffer = buffer_with({{640, 480}, {full_record()}});
  GstCustomMeta* meta = gst_buffer_get_custom_meta(buffer.get(), bridge::kTrackMetaName);
  gst_structure_set(gst_custom_meta_get_structure(meta), "targets", G_TYPE_INT, 5, nullptr);
  EXPECT_TRUE(bridge::read_track_meta(buffer.get())->targets.empty());
}

TEST(RecordTransform, ScalesEverything) {
  GstVideoInfo from, to;
  gst_video_info_set_format(&from, GST_VIDEO_FORMAT_I420, 640, 480);
  gst_video_info_set_format(&to, GST_VIDEO_FORMAT_I420, 320, 960);
  const GstVideoMetaTransform data{&from, &to};
  const auto transform =
      bridge::frame_transform(g_quark_from_static_string("gst-video-scale"), &data);
  ASSERT_TRUE(transform);
  const FrameRecord moved = bridge::moved({{640, 480}, {full_record()}}, *transform);
  EXPECT_EQ(moved.frame, (Size{320, 960}));
  const TargetRecord& record = moved.targets.at(0);
  EXPECT_EQ(record.box, (Box{5.125, -7, 20.25, 41.5}));
  EXPECT_EQ(record.velocity, (bridge::Point{0.75, -4}));
  EXPECT_EQ(record.trail[0], (bridge::Point{4.5, 16}));
  EXPECT_EQ(record.mask->box, (Box{5, 40, 1.5, 4}));
  EXPECT_EQ(record.rotated->centre_x, 15);
}

/// GStreamer 1.28's description of a crop by (40, 20) with a horizontal flip of what remains.
struct MatrixData {
  const GstVideoInfo* in_info;
  GstVideoRectangle in_rectangle;
  const GstVideoInfo* out_info;
  GstVideoRectangle out_rectangle;
  gfloat matrix[3][3];
};

TEST(RecordTransform, FollowsCropAndFlip) {
  GstVideoInfo from, to;
  gst_video_info_set_format(&from, GST_VIDEO_FORMAT_I420, 640, 480);
  gst_video_info_set_format(&to, GST_VIDEO_FORMAT_I420, 600, 460);
  const MatrixData data{
      &from, {40, 20, 600, 460}, &to, {0, 0, 600, 460}, {{-1, 0, 600}, {0, 1, 0}, {0, 0, 1}}};
  const auto transform =
      bridge::frame_transform(g_quark_from_static_string("gst-video-matrix"), &data);
  ASSERT_TRUE(transform);
  TargetRecord record = full_record();
  record.box = {140, 70, 50, 30};
  const FrameRecord moved = bridge::moved({{640, 480}, {record}}, *transform);
  EXPECT_EQ(moved.targets[0].box, (Box{450, 50, 50, 30}));
  EXPECT_EQ(moved.targets[0].velocity, (bridge::Point{-1.5, -2}));
  EXPECT_FALSE(moved.targets[0].mask) << "a bitmap cannot be mirrored by moving its box";
}

TEST(RecordTransform, RefusesWhatItDoesNotKnow) {
  EXPECT_FALSE(bridge::frame_transform(g_quark_from_static_string("gst-something"), "x"));
}

TEST(RoiMeta, SpeaksTheWordsOfDlStreamer) {
  TargetRecord record = full_record();
  record.box = {64, 48, 128, 96};
  Owned<GstBuffer> buffer(gst_buffer_new());
  bridge::add_roi_metas(buffer.get(), {{640, 480}, {record}});
  const auto* roi = gst_buffer_get_video_region_of_interest_meta(buffer.get());
  ASSERT_NE(roi, nullptr);
  EXPECT_STREQ(g_quark_to_string(roi->roi_type), "red car");
  EXPECT_EQ(roi->id, int(7'000'000'001 & 0x7fffffff));
  EXPECT_EQ(roi->parent_id, 3);
  EXPECT_EQ(roi->x, 64u);
  auto* params = const_cast<GstVideoRegionOfInterestMeta*>(roi);
  GstStructure* detection = gst_video_region_of_interest_meta_get_param(params, "detection");
  ASSERT_NE(detection, nullptr);
  gdouble confidence = 0, x_max = 0;
  gst_structure_get(detection, "confidence", G_TYPE_DOUBLE, &confidence, "x_max", G_TYPE_DOUBLE,
                    &x_max, nullptr);
  EXPECT_EQ(confidence, 0.625);
  EXPECT_EQ(x_max, 0.3);
  gint id = 0;
  gst_structure_get_int(gst_video_region_of_interest_meta_get_param(params, "object_id"), "id",
                        &id);
  EXPECT_EQ(id, roi->id);
  expect_equal(
      bridge::from_structure(gst_video_region_of_interest_meta_get_param(params, "siamtrack")),
      record);
}

TEST(RoiMeta, ClipsToTheFrameAndLeavesLostTargetsOut) {
  TargetRecord outside = full_record();
  outside.box = {-50, 470, 100, 100};
  TargetRecord lost = full_record();
  lost.state = TargetState::kLost;
  Owned<GstBuffer> buffer(gst_buffer_new());
  bridge::add_roi_metas(buffer.get(), {{640, 480}, {outside, lost}});
  const Seen seen = look_at(buffer.get());
  ASSERT_EQ(seen.rois.size(), 1u);
  EXPECT_EQ(seen.rois[0], (Box{0, 470, 50, 10}));
}

}  // namespace
}  // namespace siamtrack::testing
