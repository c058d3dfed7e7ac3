// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gst/video/navigation.h>
#include <gtest/gtest.h>

#include "fake_core.h"
#include "gst_support.h"

/// Targets that come from the stream: mouse, touch, events, detectors upstream.
namespace siamtrack::testing {
namespace {

constexpr const char* kCaps = "video/x-raw,format=RGB,width=640,height=480,framerate=30/1";

class SiamTrackInput : public ::testing::Test {
 protected:
  FakeCore core;
};

void point(Bench& bench, GstEvent* event) {
  gst_harness_push_upstream_event(bench.harness(), event);
}

GstEvent* press(double x, double y) {
  return gst_navigation_event_new_mouse_button_press(1, x, y, GST_NAVIGATION_MODIFIER_NONE);
}
GstEvent* release(double x, double y) {
  return gst_navigation_event_new_mouse_button_release(1, x, y, GST_NAVIGATION_MODIFIER_NONE);
}

TEST_F(SiamTrackInput, ClickAndDragSelect) {
  Bench bench("siamtrack init-from=navigation", kCaps);
  bench.push();
  point(bench, press(320, 240));
  point(bench, release(321, 240));
  Seen seen = bench.push();
  ASSERT_EQ(seen.targets.size(), 1u);
  EXPECT_DOUBLE_EQ(seen.targets[0].box.centre_x(), 320);
  point(bench, press(200, 150));
  point(bench, release(100, 50));
  EXPECT_EQ(bench.push().targets.at(0).box, (Box{100, 50, 100, 100}));
  EXPECT_EQ(core.calls().guessed, (std::vector{true, false})) << "a click tells no size";
}

TEST_F(SiamTrackInput, TouchSelects) {
  Bench bench("siamtrack init-from=navigation", kCaps);
  bench.push();
  point(bench, gst_navigation_event_new_touch_down(1, 100, 100, 0, GST_NAVIGATION_MODIFIER_NONE));
  point(bench, gst_navigation_event_new_touch_up(1, 200, 180, GST_NAVIGATION_MODIFIER_NONE));
  EXPECT_EQ(bench.push().targets.at(0).box, (Box{100, 100, 100, 80}));
}

TEST_F(SiamTrackInput, NavigationIsIgnoredUnlessAskedFor) {
  Bench bench("siamtrack", kCaps);
  bench.push();
  point(bench, press(320, 240));
  point(bench, release(320, 240));
  EXPECT_TRUE(bench.push().targets.empty());
}

TEST_F(SiamTrackInput, AReleaseWithoutAPressIsNothing) {
  Bench bench("siamtrack init-from=navigation", kCaps);
  bench.push();
  point(bench, release(320, 240));
  EXPECT_TRUE(bench.push().targets.empty());
}

TEST_F(SiamTrackInput, ClicksFollowTheGeometryDownstream) {
  Bench bench(
      "siamtrack init-from=navigation ! videoconvertscale ! video/x-raw,width=1280,height=960 ! "
      "identity",
      kCaps);
  bench.push();
  point(bench, press(640, 480));
  point(bench, release(640, 480));
  const Seen seen = bench.push();
  ASSERT_EQ(seen.targets.size(), 1u);
  EXPECT_NEAR(seen.targets[0].box.centre_x(), 640, 1) << "scaled back with the frame";
  EXPECT_NEAR(core.calls().starts.at(0).centre_x(), 320, 0.5);
}

GstStructure* selection(double x) {
  return gst_structure_new("GstSiamTrackSelect", "x", G_TYPE_DOUBLE, x, "y", G_TYPE_DOUBLE, 20.0,
                           "width", G_TYPE_INT, 30, "height", G_TYPE_DOUBLE, 40.0, "label",
                           G_TYPE_STRING, "bag", nullptr);
}

TEST_F(SiamTrackInput, EventsSelectInBothDirections) {
  Bench bench("siamtrack max-targets=2", kCaps);
  bench.push();
  gst_harness_push_event(bench.harness(),
                         gst_event_new_custom(GST_EVENT_CUSTOM_DOWNSTREAM, selection(10)));
  Seen seen = bench.push();
  ASSERT_EQ(seen.targets.size(), 1u);
  EXPECT_EQ(seen.targets[0].box, (Box{10, 20, 30, 40}));
  EXPECT_EQ(seen.targets[0].label, "bag");
  gst_harness_push_upstream_event(bench.harness(),
                                  gst_event_new_custom(GST_EVENT_CUSTOM_UPSTREAM, selection(200)));
  seen = bench.push();
  ASSERT_EQ(seen.targets.size(), 2u);
  gst_harness_push_event(
      bench.harness(),
      gst_event_new_custom(GST_EVENT_CUSTOM_DOWNSTREAM,
                           gst_structure_new("GstSiamTrackClear", "id", G_TYPE_UINT64,
                                             guint64(seen.targets[0].id), nullptr)));
  EXPECT_EQ(bench.push().targets.size(), 1u);
  gst_harness_push_upstream_event(
      bench.harness(), gst_event_new_custom(GST_EVENT_CUSTOM_UPSTREAM,
                                            gst_structure_new_empty("GstSiamTrackClear")));
  EXPECT_TRUE(bench.push().targets.empty());
}

GstEvent* clearance(GstStructure* structure) {
  return gst_event_new_custom(GST_EVENT_CUSTOM_UPSTREAM, structure);
}

TEST_F(SiamTrackInput, AnIdMayBeOfAnyIntegerType) {
  Bench bench("siamtrack max-targets=5", kCaps);
  std::vector<guint64> ids(5);
  for (guint64& id : ids) {
    g_signal_emit_by_name(bench.element(), "add-target", 10.0, 20.0, 30.0, 40.0, nullptr, &id);
  }
  EXPECT_EQ(bench.push().targets.size(), 5u);
  const char* name = "GstSiamTrackClear";
  point(bench, clearance(gst_structure_new(name, "id", G_TYPE_INT, int(ids[0]), nullptr)));
  point(bench, clearance(gst_structure_new(name, "id", G_TYPE_UINT, guint(ids[1]), nullptr)));
  point(bench, clearance(gst_structure_new(name, "id", G_TYPE_INT64, gint64(ids[2]), nullptr)));
  point(bench, clearance(gst_structure_new(name, "id", G_TYPE_STRING, "the cup", nullptr)));
  const Seen seen = bench.push();
  ASSERT_EQ(seen.targets.size(), 2u);
  EXPECT_EQ(seen.targets[0].id, ids[3]);
}

TEST_F(SiamTrackInput, InitFromIsAboutStartsNotStops) {
  for (const bool by_event : {false, true}) {
    Bench bench("siamtrack init-from=navigation", kCaps);
    guint64 id = 0;
    g_signal_emit_by_name(bench.element(), "track-point", 100.0, 100.0, &id);
    EXPECT_EQ(bench.push().targets.size(), 1u);
    if (by_event) {
      point(bench, clearance(gst_structure_new_empty("GstSiamTrackClear")));
    } else {
      g_object_set(bench.element(), "box", "", nullptr);
    }
    EXPECT_TRUE(bench.push().targets.empty());
  }
}

TEST_F(SiamTrackInput, AnEventWithoutNumbersIsRejected) {
  Bench bench("siamtrack", kCaps);
  gst_harness_push_event(bench.harness(),
                         gst_event_new_custom(GST_EVENT_CUSTOM_DOWNSTREAM,
                                              gst_structure_new("GstSiamTrackSelect", "x",
                                                                G_TYPE_STRING, "a", nullptr)));
  EXPECT_TRUE(bench.push().targets.empty());
  const auto news = bench.news();
  ASSERT_NE(find(news, "siamtrack-rejected"), nullptr);
  EXPECT_EQ(find(news, "siamtrack-rejected")->string("reason"), "not-a-number");
}

Seen push_with_rois(Bench& bench, const std::vector<std::pair<const char*, Box>>& rois) {
  GstBuffer* buffer = gst_buffer_new_allocate(nullptr, 640 * 480 * 3, nullptr);
  for (const auto& [label, box] : rois) {
    auto* roi = gst_buffer_add_video_region_of_interest_meta(
        buffer, label, guint(box.x), guint(box.y), guint(box.width), guint(box.height));
    roi->id = 42;
  }
  EXPECT_EQ(gst_harness_push(bench.harness(), buffer), GST_FLOW_OK);
  return bench.pull();
}

TEST_F(SiamTrackInput, DetectionsSeedTargetsOnce) {
  Bench bench("siamtrack init-from=roi-meta init-label=face max-targets=2", kCaps);
  const std::vector<std::pair<const char*, Box>> rois = {{"cat", {10, 10, 50, 50}},
                                                         {"face", {300, 100, 60, 60}}};
  Seen seen = push_with_rois(bench, rois);
  ASSERT_EQ(seen.targets.size(), 1u);
  EXPECT_EQ(seen.targets[0].label, "face");
  EXPECT_EQ(seen.targets[0].parent, 42);
  seen = push_with_rois(bench, rois);
  EXPECT_EQ(seen.targets.size(), 1u) << "the same face again";
  seen = push_with_rois(bench, {{"face", {500, 300, 60, 60}}, {"face", {0, 0, 1, 1}}});
  EXPECT_EQ(seen.targets.size(), 2u);
  EXPECT_EQ(count(bench.news(), "siamtrack-rejected"), 0u);
}

TEST_F(SiamTrackInput, ABoxComesBeforeADetectionOnTheSameFrame) {
  Bench bench("siamtrack init-from=box+roi-meta box=100,50,40,30", kCaps);
  const Seen seen = push_with_rois(bench, {{"face", {300, 100, 60, 60}}});
  EXPECT_EQ(seen.targets.at(0).box, (Box{100, 50, 40, 30}));
  bench.set("max-targets", "3");
  bench.set("box", "300,100,60,60");
  EXPECT_EQ(push_with_rois(bench, {{"face", {300, 100, 60, 60}}}).targets.size(), 2u)
      << "the box is of the same face";
}

TEST_F(SiamTrackInput, AnIdThatIsReplacedBeforeItStartsIsRejected) {
  Bench bench("siamtrack", kCaps);
  guint64 first = 0, second = 0, rejected = 0;
  g_signal_emit_by_name(bench.element(), "track-point", 100.0, 100.0, &first);
  g_signal_emit_by_name(bench.element(), "track-point", 200.0, 200.0, &second);
  EXPECT_EQ(bench.push().targets.at(0).id, second);
  const auto news = bench.news();
  ASSERT_EQ(count(news, "siamtrack-rejected"), 1u);
  const News* rejection = find(news, "siamtrack-rejected");
  EXPECT_EQ(rejection->string("reason"), "replaced");
  gst_structure_get_uint64(rejection->structure.get(), "id", &rejected);
  EXPECT_EQ(rejected, first);
}

TEST_F(SiamTrackInput, ALostTargetLooksAtADetectionBeforeItIsReplaced) {
  Bench bench("siamtrack init-from=roi-meta", kCaps);
  const auto id = push_with_rois(bench, {{"face", {300, 100, 60, 60}}}).targets.at(0).id;
  core.status = TrackStatus::kLost;
  bench.push();
  EXPECT_NE(push_with_rois(bench, {{"face", {100, 100, 60, 60}}}).targets.at(0).id, id);
  EXPECT_EQ(core.calls().suggestions, (std::vector<Box>{{100, 100, 60, 60}}));
}

TEST_F(SiamTrackInput, ADetectedTargetComesBackUnderItsId) {
  Bench bench("siamtrack init-from=roi-meta max-targets=4 interval=5 trail-length=9", kCaps);
  const auto id = push_with_rois(bench, {{"face", {300, 100, 60, 60}}}).targets.at(0).id;
  core.status = TrackStatus::kLost;
  for (int i = 0; i < 5; ++i) bench.push();
  core.recognises = true;
  const Seen seen =
      push_with_rois(bench, {{"face", {100, 100, 60, 60}}, {"cat", {500, 300, 60, 60}}});
  ASSERT_EQ(seen.targets.size(), 2u) << "the cat was never seen before";
  EXPECT_EQ(seen.targets[0].id, id);
  EXPECT_EQ(seen.targets[0].state, bridge::TargetState::kTracking);
  EXPECT_EQ(seen.targets[0].box, (Box{101, 102, 60, 60}));
  EXPECT_EQ(seen.targets[0].age, 6u);
  EXPECT_EQ(seen.targets[0].trail.size(), 7u);
}

TEST_F(SiamTrackInput, EveryLostTargetOfTheLabelLooks) {
  Bench bench("siamtrack init-from=roi-meta max-targets=3", kCaps);
  push_with_rois(bench, {{"face", {300, 100, 60, 60}}, {"face", {100, 300, 60, 60}}});
  core.status = TrackStatus::kLost;
  bench.push();
  EXPECT_EQ(push_with_rois(bench, {{"face", {10, 10, 60, 60}}}).targets.size(), 3u);
  EXPECT_EQ(core.calls().suggestions.size(), 2u);
  bench.set("redetect", "none");
  EXPECT_EQ(push_with_rois(bench, {{"face", {500, 10, 60, 60}}}).targets.size(), 3u)
      << "replaces the one that was lost longest, without a look";
  EXPECT_EQ(core.calls().suggestions.size(), 2u);
}

}  // namespace
}  // namespace siamtrack::testing
