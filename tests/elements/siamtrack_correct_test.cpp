// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gst/video/navigation.h>
#include <gtest/gtest.h>

#include "fake_core.h"
#include "gst_support.h"

/// Targets that are corrected under their own id, and what the mouse and fingers do to targets.
namespace siamtrack::testing {
namespace {

constexpr const char* kCaps = "video/x-raw,format=RGB,width=640,height=480,framerate=30/1";

class SiamTrackCorrect : public ::testing::Test {
 protected:
  FakeCore core;
};

void correct(Bench& bench, guint64 id, const Box& box) {
  g_signal_emit_by_name(bench.element(), "correct-target", id, box.x, box.y, box.width, box.height);
}

TEST_F(SiamTrackCorrect, ATargetStartsAnewUnderItsOwnId) {
  Bench bench("siamtrack box=100,50,40,30 label=cup trail-length=5", kCaps);
  const auto id = bench.push().targets.at(0).id;
  bench.push();
  bench.news();
  correct(bench, id, {200, 60, 50, 40});
  Seen seen = bench.push();
  ASSERT_EQ(seen.targets.size(), 1u);
  EXPECT_EQ(seen.targets[0].id, id);
  EXPECT_EQ(seen.targets[0].label, "cup");
  EXPECT_EQ(seen.targets[0].box, (Box{200, 60, 50, 40}));
  EXPECT_EQ(seen.targets[0].score, 1);
  EXPECT_EQ(seen.targets[0].age, 2u);
  EXPECT_EQ(seen.targets[0].trail.size(), 3u);
  EXPECT_EQ(core.calls().starts.at(1), (Box{200, 60, 50, 40}));
  const auto news = bench.news();
  ASSERT_EQ(count(news, "siamtrack-state"), 1u);
  EXPECT_EQ(find(news, "siamtrack-state")->string("reason"), "corrected");
  EXPECT_EQ(find(news, "siamtrack-state")->string("old-state"), "tracking");
  seen = bench.push();
  EXPECT_EQ(seen.targets.at(0).box, (Box{201, 62, 50, 40}));
  EXPECT_EQ(seen.targets.at(0).velocity, (bridge::Point{0.5, 1})) << "its jump is no movement";
}

TEST_F(SiamTrackCorrect, ALostTargetIsThereAgain) {
  Bench bench("siamtrack box=100,50,40,30", kCaps);
  const auto id = bench.push().targets.at(0).id;
  core.status = TrackStatus::kLost;
  bench.push();
  correct(bench, id, {200, 60, 50, 40});
  const Seen seen = bench.push();
  EXPECT_EQ(seen.targets.at(0).state, bridge::TargetState::kTracking);
  EXPECT_EQ(seen.targets.at(0).unseen, 0u);
}

TEST_F(SiamTrackCorrect, TheEventNamesTheTarget) {
  Bench bench("siamtrack max-targets=3 box=100,50,40,30 box=300,50,40,30", kCaps);
  const auto id = bench.push().targets.at(1).id;
  gst_harness_push_upstream_event(
      bench.harness(),
      gst_event_new_custom(GST_EVENT_CUSTOM_UPSTREAM,
                           gst_structure_new("GstSiamTrackSelect", "id", G_TYPE_INT, int(id), "x",
                                             G_TYPE_INT, 10, "y", G_TYPE_INT, 20, "width",
                                             G_TYPE_INT, 30, "height", G_TYPE_INT, 40, nullptr)));
  const Seen seen = bench.push();
  ASSERT_EQ(seen.targets.size(), 2u);
  EXPECT_EQ(seen.targets[0].box, (Box{101, 52, 40, 30}));
  EXPECT_EQ(seen.targets[1].box, (Box{10, 20, 30, 40}));
  EXPECT_EQ(seen.targets[1].id, id);
}

TEST_F(SiamTrackCorrect, WhatCannotBeCorrectedIsRejected) {
  Bench bench("siamtrack box=100,50,40,30", kCaps);
  const auto id = bench.push().targets.at(0).id;
  bench.news();
  correct(bench, id + 1000, {200, 60, 50, 40});
  correct(bench, id, {5000, 60, 50, 40});
  EXPECT_EQ(bench.push().targets.at(0).box, (Box{101, 52, 40, 30}));
  std::vector<std::string> reasons;
  for (const News& one : bench.news()) {
    if (one.name == "siamtrack-rejected") reasons.push_back(one.string("reason"));
  }
  EXPECT_EQ(reasons, (std::vector<std::string>{"outside-frame", "unknown-id"}));
}

TEST_F(SiamTrackCorrect, InPauseItIsAboutTheStillPicture) {
  Bench bench("siamtrack box=100,50,40,30", kCaps);
  gst_element_set_state(bench.element(), GST_STATE_PAUSED);
  const auto id = bench.push().targets.at(0).id;
  correct(bench, id, {200, 60, 50, 40});
  EXPECT_EQ(bench.push().targets.at(0).box, (Box{201, 62, 50, 40})) << "followed since then";
}

TEST_F(SiamTrackCorrect, InPauseWithoutATargetItIsRejected) {
  Bench bench("siamtrack", kCaps);
  gst_element_set_state(bench.element(), GST_STATE_PAUSED);
  bench.push();
  correct(bench, 1, {200, 60, 50, 40});
  EXPECT_TRUE(bench.push().targets.empty());
  EXPECT_EQ(count(bench.news(), "siamtrack-rejected"), 1u);
}

void send(Bench& bench, GstEvent* event) {
  gst_harness_push_upstream_event(bench.harness(), event);
}

void click(Bench& bench, int button, double x, double y) {
  send(bench,
       gst_navigation_event_new_mouse_button_press(button, x, y, GST_NAVIGATION_MODIFIER_NONE));
  send(bench,
       gst_navigation_event_new_mouse_button_release(button, x, y, GST_NAVIGATION_MODIFIER_NONE));
}

TEST_F(SiamTrackCorrect, TheRightButtonStopsWhatItPointsAt) {
  core.velocity = {};
  Bench bench(
      "siamtrack init-from=box+navigation max-targets=3 box=100,50,200,200 box=150,100,40,30",
      kCaps);
  const Seen start = bench.push();
  click(bench, 3, 90, 60);
  EXPECT_EQ(bench.push().targets.size(), 2u) << "nothing is there";
  click(bench, 3, 160, 110);
  Seen seen = bench.push();
  ASSERT_EQ(seen.targets.size(), 1u) << "the smaller one of both";
  EXPECT_EQ(seen.targets[0].id, start.targets[0].id);
  click(bench, 2, 160, 110);
  EXPECT_EQ(bench.push().targets.size(), 1u);
  click(bench, 3, 160, 110);
  EXPECT_TRUE(bench.push().targets.empty());
}

TEST_F(SiamTrackCorrect, ASecondFingerChangesNothing) {
  Bench bench("siamtrack init-from=navigation", kCaps);
  bench.push();
  const auto none = GST_NAVIGATION_MODIFIER_NONE;
  send(bench, gst_navigation_event_new_touch_down(1, 100, 100, 0, none));
  send(bench, gst_navigation_event_new_touch_down(2, 400, 300, 0, none));
  send(bench, gst_navigation_event_new_touch_up(2, 410, 310, none));
  EXPECT_TRUE(bench.push().targets.empty());
  send(bench, gst_navigation_event_new_touch_up(1, 200, 180, none));
  EXPECT_EQ(bench.push().targets.at(0).box, (Box{100, 100, 100, 80}));
  send(bench, gst_navigation_event_new_touch_down(1, 100, 100, 0, none));
  send(bench, gst_navigation_event_new_touch_cancel(none));
  send(bench, gst_navigation_event_new_touch_up(1, 300, 300, none));
  EXPECT_EQ(bench.push().targets.at(0).box, (Box{101, 102, 100, 80})) << "nothing new";
}

}  // namespace
}  // namespace siamtrack::testing
