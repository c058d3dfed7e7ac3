// SPDX-License-Identifier: LGPL-2.1-or-later
#include "bridge/target_reader.h"

#include <cmath>

#include "bridge/roi_meta.h"
#include "harness_support.h"

namespace siamtrack::test {
namespace {

constexpr Size kFrame{640, 480};

Buffer empty_buffer() { return Buffer(gst_buffer_new()); }

TEST(TargetReaderTest, ABufferWithoutMetasHasNoTargets) {
  EXPECT_TRUE(bridge::read_targets(empty_buffer().get()).empty());
}

TEST(TargetReaderTest, OurOwnTargetsAreNotRepeatedByTheirRegions) {
  const Buffer buffer = empty_buffer();
  // Regions carry the low 31 bits of an id only.
  const bridge::TargetRecord record = target({1.5, 2.5, 10.25, 20}, (1ull << 31) + 5);
  add_target(buffer, kFrame, record);
  bridge::add_roi_metas(buffer.get(), {kFrame, {record}});
  const auto targets = bridge::read_targets(buffer.get());
  ASSERT_EQ(targets.size(), 1u);
  EXPECT_EQ(targets[0].id, record.id);
  EXPECT_EQ(targets[0].box, record.box);
}

TEST(TargetReaderTest, RegionsAloneGiveTheWholeRecordWhileTheirParametersLast) {
  const Buffer buffer = empty_buffer();
  const bridge::TargetRecord record = target({1.5, 2.5, 10.25, 20}, 5);
  bridge::add_roi_metas(buffer.get(), {kFrame, {record}});
  const auto targets = bridge::read_targets(buffer.get());
  ASSERT_EQ(targets.size(), 1u);
  EXPECT_EQ(targets[0].box, record.box);
  EXPECT_EQ(targets[0].score, record.score);
}

TEST(TargetReaderTest, RegionsOfOthersAreReadInTheirOrder) {
  const Buffer buffer = empty_buffer();
  add_target(buffer, kFrame, target({1, 2, 3, 4}, 1));
  auto* face = gst_buffer_add_video_region_of_interest_meta(buffer.get(), "face", 5, 6, 7, 8);
  face->id = 1;  // the same number as ours, another thing
  auto* car = gst_buffer_add_video_region_of_interest_meta(buffer.get(), "car", 9, 10, 11, 12);
  gst_video_region_of_interest_meta_add_param(
      car, gst_structure_new("detection", "confidence", G_TYPE_DOUBLE, 0.75, nullptr));
  const auto targets = bridge::read_targets(buffer.get());
  ASSERT_EQ(targets.size(), 3u);
  EXPECT_EQ(targets[1].label, "face");
  EXPECT_EQ(targets[1].box, (Box{5, 6, 7, 8}));
  EXPECT_TRUE(std::isnan(targets[1].score));
  EXPECT_EQ(targets[2].label, "car");
  EXPECT_EQ(targets[2].score, 0.75);
  EXPECT_EQ(targets[2].id, 0u);
}

TEST(TargetReaderTest, ARegionThatWasCopiedTwiceIsToldOnce) {
  const Buffer buffer = empty_buffer();
  for (const guint x : {5u, 5u, 6u}) {
    gst_buffer_add_video_region_of_interest_meta(buffer.get(), "face", x, 6, 7, 8);
  }
  EXPECT_EQ(bridge::read_targets(buffer.get()).size(), 2u);
}

TEST(TargetReaderTest, TracksOfDlStreamerKeepTheirIdsAndScores) {
  const Buffer buffer = empty_buffer();
  auto* car = gst_buffer_add_video_region_of_interest_meta(buffer.get(), "car", 9, 10, 11, 12);
  car->id = 4711;  // of this region in this frame
  for (GstStructure* parameter :
       {gst_structure_new("detection", "confidence", G_TYPE_DOUBLE, 0.75, nullptr),
        gst_structure_new("object_id", "id", G_TYPE_INT, 3, nullptr),
        gst_structure_new("colour", "confidence", G_TYPE_DOUBLE, 0.5, nullptr)}) {
    gst_video_region_of_interest_meta_add_param(car, parameter);
  }
  const auto targets = bridge::read_targets(buffer.get());
  ASSERT_EQ(targets.size(), 1u);
  EXPECT_EQ(targets[0].id, 3u);
  EXPECT_EQ(targets[0].score, 0.75);
}

}  // namespace
}  // namespace siamtrack::test
