// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include <numbers>

#include "fake_core.h"
#include "gst_support.h"

/// The element's properties, signals, messages and metadata, over a scripted core.
namespace siamtrack::testing {
namespace {

using bridge::TargetState;

constexpr const char* kCaps = "video/x-raw,format=NV12,width=640,height=480,framerate=30/1";

class SiamTrack : public ::testing::Test {
 protected:
  FakeCore core;
};

TEST_F(SiamTrack, AttachesMetasFromTheFirstFrameOn) {
  Bench bench("siamtrack box=100,50,40.5,30", kCaps);
  Seen seen = bench.push();
  ASSERT_EQ(seen.targets.size(), 1u);
  EXPECT_EQ(seen.frame, (Size{640, 480}));
  EXPECT_EQ(seen.targets[0].box, (Box{100, 50, 40.5, 30}));
  EXPECT_EQ(seen.targets[0].state, TargetState::kTracking);
  EXPECT_EQ(seen.targets[0].score, 1);
  ASSERT_EQ(seen.rois.size(), 1u);
  seen = bench.push();
  EXPECT_EQ(seen.targets.at(0).box, (Box{101, 52, 40.5, 30}));
  EXPECT_EQ(seen.targets[0].age, 1u);
  EXPECT_EQ(seen.roi_ids.at(0), int(seen.targets[0].id));
  EXPECT_EQ(seen.rois[0], (Box{101, 52, 41, 30}));
}

TEST_F(SiamTrack, WithoutABoxPassesFramesUntouched) {
  Bench bench("siamtrack", kCaps);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(bench.push().targets.empty());
  EXPECT_TRUE(core.calls().updates.empty());
}

TEST_F(SiamTrack, NeverCopiesPixels) {
  Bench bench("siamtrack box=10,10,50,50", kCaps);
  GstBuffer* buffer = gst_buffer_new_allocate(nullptr, 640 * 480 * 3 / 2, nullptr);
  const Owned<GstBuffer> shared(gst_buffer_ref(buffer));
  ASSERT_EQ(gst_harness_push(bench.harness(), buffer), GST_FLOW_OK);
  const Owned<GstBuffer> out(gst_harness_pull(bench.harness()));
  EXPECT_EQ(gst_buffer_peek_memory(out.get(), 0), gst_buffer_peek_memory(shared.get(), 0));
  EXPECT_FALSE(look_at(out.get()).targets.empty());
  EXPECT_TRUE(look_at(shared.get()).targets.empty()) << "the shared buffer must not change";
}

TEST_F(SiamTrack, BoxInPlayingReplacesTheTargetAndEmptyStops) {
  Bench bench("siamtrack box=100,50,40,30", kCaps);
  const auto first = bench.push().targets.at(0).id;
  bench.set("box", "300,200,20,20");
  Seen seen = bench.push();
  ASSERT_EQ(seen.targets.size(), 1u);
  EXPECT_NE(seen.targets[0].id, first);
  EXPECT_EQ(seen.targets[0].box, (Box{300, 200, 20, 20}));
  const auto news = bench.news();
  EXPECT_EQ(count(news, "siamtrack-state"), 3u);  // init, replaced, init
  g_object_set(bench.element(), "box", "", nullptr);
  EXPECT_TRUE(bench.push().targets.empty());
}

TEST_F(SiamTrack, OnlyTheLastOfSeveralBoxesIsStartedForOneTarget) {
  Bench bench("siamtrack box=1,1,30,30 box=2,2,30,30 box=3,3,30,30", kCaps);
  EXPECT_EQ(bench.push().targets.at(0).box.x, 3);
  EXPECT_EQ(core.calls().starts.size(), 1u);
}

TEST_F(SiamTrack, FollowsSeveralTargetsInOneUpdate) {
  Bench bench("siamtrack max-targets=2 box=1,1,30,30 box=200,200,30,30", kCaps);
  EXPECT_EQ(bench.push().targets.size(), 2u);
  EXPECT_EQ(bench.push().targets.size(), 2u);
  EXPECT_EQ(core.calls().updates.at(0).size(), 2u);
  bench.set("box", "400,100,30,30");
  EXPECT_EQ(bench.push().targets.size(), 2u);
  const auto news = bench.news();
  const News* rejected = find(news, "siamtrack-rejected");
  ASSERT_NE(rejected, nullptr);
  EXPECT_EQ(rejected->string("reason"), "too-many");
}

TEST_F(SiamTrack, ReadsNormalizedBoxesAndPolygons) {
  Bench bench("siamtrack box=0.25,0.5,0.1,0.1 box-units=normalized", kCaps);
  EXPECT_EQ(bench.push().targets.at(0).box, (Box{160, 240, 64, 48}));
  bench.set("box-units", "pixels");
  bench.set("box", "10,5,50,0,55,40,15,45");
  EXPECT_EQ(bench.push().targets.at(0).box, (Box{10, 0, 45, 45}));
}

TEST_F(SiamTrack, TakesCvtrackersProperties) {
  Bench bench(
      "siamtrack object-initial-x=50 object-initial-y=60 object-initial-width=70 "
      "object-initial-height=80",
      kCaps);
  EXPECT_EQ(bench.push().targets.at(0).box, (Box{50, 60, 70, 80}));
  bench.set("object-initial-x", "90");
  EXPECT_EQ(bench.push().targets.at(0).box.x, 90);
}

TEST_F(SiamTrack, ActionSignalsAddRemoveAndClear) {
  Bench bench("siamtrack max-targets=3", kCaps);
  guint64 car = 0, point = 0;
  g_signal_emit_by_name(bench.element(), "add-target", 10.0, 20.0, 30.0, 40.0, "car", &car);
  g_signal_emit_by_name(bench.element(), "track-point", 300.0, 200.0, &point);
  Seen seen = bench.push();
  ASSERT_EQ(seen.targets.size(), 2u);
  EXPECT_EQ(seen.targets[0].id, car);
  EXPECT_EQ(seen.targets[0].label, "car");
  EXPECT_EQ(seen.targets[1].id, point);
  EXPECT_DOUBLE_EQ(seen.targets[1].box.centre_x(), 300);
  EXPECT_DOUBLE_EQ(seen.targets[1].box.width, 0.12 * 480);
  EXPECT_EQ(core.calls().guessed, (std::vector{false, true}));
  g_signal_emit_by_name(bench.element(), "remove-target", car);
  EXPECT_EQ(bench.push().targets.size(), 1u);
  g_signal_emit_by_name(bench.element(), "clear");
  EXPECT_TRUE(bench.push().targets.empty());
}

TEST_F(SiamTrack, PostsStateChangesWithTimes) {
  Bench bench("siamtrack box=100,50,40,30 label=dog", kCaps);
  bench.push();
  auto news = bench.news();
  const News* init = find(news, "siamtrack-state");
  ASSERT_NE(init, nullptr);
  EXPECT_EQ(init->string("old-state"), "idle");
  EXPECT_EQ(init->string("state"), "tracking");
  EXPECT_EQ(init->string("label"), "dog");
  EXPECT_EQ(init->number("x"), 100);
  EXPECT_EQ(init->number("frame-width"), 640);
  EXPECT_EQ(init->number("frame-height"), 480);
  const std::vector<std::pair<TrackStatus, std::string>> changes = {
      {TrackStatus::kUncertain, "low-score"},
      {TrackStatus::kLost, "lost"},
      {TrackStatus::kTracking, "refound"},
      {TrackStatus::kUncertain, "low-score"},
      {TrackStatus::kTracking, "recovered"}};
  for (const auto& [status, reason] : changes) {
    core.status = status;
    bench.push();
    news = bench.news();
    ASSERT_EQ(count(news, "siamtrack-state"), 1u);
    EXPECT_EQ(find(news, "siamtrack-state")->string("reason"), reason);
  }
  guint64 time = 0;
  gst_structure_get_uint64(find(news, "siamtrack-state")->structure.get(), "running-time", &time);
  EXPECT_EQ(time, 5 * GST_SECOND / 30);
}

TEST_F(SiamTrack, KeepsTheIdOfATargetFoundAgain) {
  Bench bench("siamtrack box=100,50,40,30", kCaps);
  const auto id = bench.push().targets.at(0).id;
  core.status = TrackStatus::kLost;
  Seen seen = bench.push();
  EXPECT_EQ(seen.targets.at(0).state, TargetState::kLost);
  EXPECT_EQ(seen.targets[0].unseen, 1u);
  EXPECT_TRUE(seen.rois.empty()) << "a lost target has no region of interest";
  core.status = TrackStatus::kTracking;
  EXPECT_EQ(bench.push().targets.at(0).id, id);
}

TEST_F(SiamTrack, GivesLostTargetsUpAfterTheTimeout) {
  Bench bench("siamtrack box=100,50,40,30 lost-timeout=100000000", kCaps);  // 3 frames
  core.status = TrackStatus::kLost;
  for (int i = 0; i < 4; ++i) EXPECT_EQ(bench.push().targets.size(), 1u);
  EXPECT_TRUE(bench.push().targets.empty());
}

TEST_F(SiamTrack, MessagesCanBeNoneOrAll) {
  Bench silent("siamtrack messages=none box=100,50,40,30", kCaps);
  silent.push();
  EXPECT_EQ(count(silent.news(), "siamtrack-state"), 0u);
  Bench loud("siamtrack messages=all box=100,50,40,30", kCaps);
  loud.push();
  loud.push();
  const auto news = loud.news();
  EXPECT_EQ(count(news, "siamtrack-result"), 2u);
  const GValue* targets =
      gst_structure_get_value(find(news, "siamtrack-result")->structure.get(), "targets");
  ASSERT_NE(targets, nullptr);
  EXPECT_EQ(gst_value_array_get_size(targets), 1u);
}

TEST_F(SiamTrack, OutputChoosesTheMetas) {
  Bench bench("siamtrack output=roi box=100,50,40,30", kCaps);
  Seen seen = bench.push();
  EXPECT_TRUE(seen.targets.empty());
  EXPECT_EQ(seen.rois.size(), 1u);
  bench.set("output", "meta");
  seen = bench.push();
  EXPECT_EQ(seen.targets.size(), 1u);
  EXPECT_TRUE(seen.rois.empty());
}

TEST_F(SiamTrack, KeepsATrail) {
  Bench bench("siamtrack trail-length=2 box=100,50,40,30", kCaps);
  EXPECT_EQ(bench.push().targets.at(0).trail.size(), 1u);
  bench.push();
  const Seen seen = bench.push();
  ASSERT_EQ(seen.targets.at(0).trail.size(), 2u);
  EXPECT_EQ(seen.targets[0].trail[1], (bridge::Point{122, 69}));
  EXPECT_EQ(seen.targets[0].velocity, (bridge::Point{0.75, 1.5}));
}

TEST_F(SiamTrack, ExtrapolatesBetweenSteps) {
  Bench bench("siamtrack interval=3 box=100,50,40,30", kCaps);
  core.velocity = {6, 0, 0, 0};
  for (int i = 0; i < 10; ++i) {
    const Seen seen = bench.push();
    EXPECT_EQ(seen.targets.at(0).predicted, i % 3 != 0) << i;
  }
  EXPECT_EQ(core.calls().updates.size(), 3u);
}

TEST_F(SiamTrack, TellsTheCornersOfTurnedBoxes) {
  Bench bench("siamtrack interval=2 box=100,50,40,20", kCaps);
  core.velocity = {4, 0, 0, 0};
  core.angle = std::numbers::pi / 2;
  EXPECT_TRUE(bench.push().targets.at(0).polygon.empty());
  bench.push();
  const bridge::TargetRecord tracked = bench.push().targets.at(0);
  ASSERT_EQ(tracked.polygon.size(), 4u);
  EXPECT_NEAR(tracked.polygon[0].x, 104 + 20 + 10, 1e-9);
  EXPECT_NEAR(tracked.polygon[0].y, 50 + 10 - 20, 1e-9);
  const bridge::TargetRecord coasted = bench.push().targets.at(0);
  EXPECT_TRUE(coasted.predicted);
  EXPECT_GT(coasted.velocity.x, 0);
  EXPECT_NEAR(coasted.polygon.at(0).x, tracked.polygon[0].x + coasted.velocity.x, 1e-9);
}

TEST_F(SiamTrack, TwoInARowKeepBothTargets) {
  Bench bench("siamtrack box=1,1,30,30 label=a ! siamtrack box=200,200,30,30 label=b", kCaps);
  const Seen seen = bench.push();
  ASSERT_EQ(seen.targets.size(), 2u);
  EXPECT_NE(seen.targets[0].id, seen.targets[1].id);
  EXPECT_EQ(seen.targets[1].label, "b");
  EXPECT_EQ(seen.rois.size(), 2u);
}

}  // namespace
}  // namespace siamtrack::testing
