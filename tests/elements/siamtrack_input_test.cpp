// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gst/video/navigation.h>
#include <gtest/gtest.h>

#include <fstream>

#include "fake_core.h"
#include "gst_support.h"
#include "temporary_file.h"

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

/// A grey frame of that stream time.
Seen push_at(Bench& bench, GstClockTime time) {
  GstBuffer* buffer = gst_buffer_new_allocate(nullptr, 640 * 480 * 3, nullptr);
  GST_BUFFER_PTS(buffer) = time;
  EXPECT_EQ(gst_harness_push(bench.harness(), buffer), GST_FLOW_OK);
  return bench.pull();
}

TEST_F(SiamTrackInput, ABoxWaitsForItsTime) {
  Bench bench("siamtrack box-time=100000000 box=100,50,40,30", kCaps);
  EXPECT_TRUE(push_at(bench, 0).targets.empty());
  EXPECT_TRUE(push_at(bench, 99 * GST_MSECOND).targets.empty());
  EXPECT_EQ(push_at(bench, 100 * GST_MSECOND).targets.at(0).box, (Box{100, 50, 40, 30}));
  bench.set("box-time", "300000000");
  bench.set("box", "200,50,40,30");
  EXPECT_EQ(push_at(bench, 200 * GST_MSECOND).targets.at(0).box, (Box{101, 52, 40, 30}));
  EXPECT_EQ(push_at(bench, 400 * GST_MSECOND).targets.at(0).box, (Box{200, 50, 40, 30}));
  bench.set("box-time", "500000000");
  bench.set("box", "300,50,40,30");
  bench.set("box", "");
  EXPECT_TRUE(push_at(bench, 500 * GST_MSECOND).targets.empty()) << "emptied while it waited";
}

TEST_F(SiamTrackInput, AFileStartsTargetsAtTheirTimes) {
  const TemporaryFile file("-script.csv");
  std::ofstream(file.path) << "# seconds,x,y,width,height,label\n"
                              "\n"
                              "0.2, 200,50,40,30, my cup\r\n"
                              "0.1,100,50,40,30\n"
                              "0.3,5000,50,40,30\n";
  Bench bench("siamtrack max-targets=3 label=thing init-file=" + file.path, kCaps);
  EXPECT_TRUE(push_at(bench, 0).targets.empty());
  Seen seen = push_at(bench, 150 * GST_MSECOND);
  ASSERT_EQ(seen.targets.size(), 1U);
  EXPECT_EQ(seen.targets[0].label, "thing");
  seen = push_at(bench, 350 * GST_MSECOND);
  ASSERT_EQ(seen.targets.size(), 2U);
  EXPECT_EQ(seen.targets[1].label, "my cup");
  EXPECT_EQ(seen.targets[1].box, (Box{200, 50, 40, 30}));
  EXPECT_EQ(count(bench.news(), "siamtrack-rejected"), 1U);
  seen = push_at(bench, 160 * GST_MSECOND);  // back: what lies ahead is given again
  EXPECT_EQ(seen.targets.size(), 2U);
  EXPECT_EQ(push_at(bench, 250 * GST_MSECOND).targets.size(), 3U);
}

TEST_F(SiamTrackInput, AFileWithAWrongLineIsAnErrorThatNamesIt) {
  const TemporaryFile file("-script.csv");
  for (const char* wrong :
       {"0.1,1,2,3", "x,1,2,3,4", "-1,1,2,3,4", "0.1,1,2,3,four", "nan,1,2,3,4"}) {
    std::ofstream(file.path) << "0.1,1,2,30,40\n" << wrong << "\n";
    const Outcome run = run_pipeline(
        "videotestsrc num-buffers=2 ! siamtrack init-file=" + file.path + " ! fakesink");
    ASSERT_TRUE(run.failed) << wrong;
    const std::string& text = run.news.back().text;
    EXPECT_NE(text.find(file.path + ":2: expected seconds"), std::string::npos) << text;
    EXPECT_NE(text.find(std::string("found ") + wrong), std::string::npos) << text;
  }
  const Outcome run =
      run_pipeline("videotestsrc num-buffers=2 ! siamtrack init-file=/nowhere/x ! fakesink");
  ASSERT_TRUE(run.failed);
  EXPECT_NE(run.news.back().text.find("/nowhere/x"), std::string::npos) << run.news.back().text;
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

TEST_F(SiamTrackInput, ADetectionReplacesALostTarget) {
  Bench bench("siamtrack init-from=roi-meta", kCaps);
  const auto id = push_with_rois(bench, {{"face", {300, 100, 60, 60}}}).targets.at(0).id;
  core.status = TrackStatus::kLost;
  bench.push();
  EXPECT_NE(push_with_rois(bench, {{"face", {100, 100, 60, 60}}}).targets.at(0).id, id);
}

}  // namespace
}  // namespace siamtrack::testing
