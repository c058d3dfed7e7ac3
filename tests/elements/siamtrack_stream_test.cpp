// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include <fstream>

#include "fake_core.h"
#include "gst_support.h"
#include "temporary_file.h"

/// Flushes, seeks, new caps, discontinuities, restarts, pauses, and what survives downstream.
namespace siamtrack::testing {
namespace {

constexpr const char* kCaps = "video/x-raw,format=NV12,width=640,height=480,framerate=30/1";

class SiamTrackStream : public ::testing::Test {
 protected:
  FakeCore core;
};

TEST_F(SiamTrackStream, AFlushForgetsTheTargets) {
  Bench bench("siamtrack box=100,50,40,30", kCaps);
  bench.push();
  bench.news();
  flush(bench);
  EXPECT_TRUE(bench.push().targets.empty());
  const auto news = bench.news();
  ASSERT_NE(find(news, "siamtrack-state"), nullptr);
  EXPECT_EQ(find(news, "siamtrack-state")->string("reason"), "flush");
}

TEST_F(SiamTrackStream, AFlushMayKeepThem) {
  Bench bench("siamtrack reset-on=discont box=100,50,40,30", kCaps);
  bench.push();
  flush(bench);
  EXPECT_EQ(bench.push().targets.size(), 1u);
}

TEST_F(SiamTrackStream, ABoxGivenBeforeAFlushIsForTheFrameAfterIt) {
  Bench bench("siamtrack", kCaps);
  bench.push();
  bench.set("box", "10,10,50,50");
  flush(bench);
  EXPECT_EQ(bench.push().targets.size(), 1u);
}

TEST_F(SiamTrackStream, ADiscontinuityResetsWhenAsked) {
  Bench bench("siamtrack box=100,50,40,30", kCaps);
  bench.push();
  bench.push_only(true);
  EXPECT_EQ(bench.pull().targets.size(), 1u);
  bench.set("reset-on", "discont");
  bench.push_only(true);
  EXPECT_TRUE(bench.pull().targets.empty());
}

TEST_F(SiamTrackStream, ASegmentResetsWhenAsked) {
  Bench bench("siamtrack reset-on=segment box=100,50,40,30", kCaps);
  EXPECT_EQ(bench.push().targets.size(), 1u);
  new_segment(bench);
  EXPECT_TRUE(bench.push().targets.empty());
}

TEST_F(SiamTrackStream, NewSizesRescaleTheTargets) {
  Bench bench("siamtrack box=100,50,40,30", kCaps);
  const auto id = bench.push().targets.at(0).id;
  bench.set_caps("video/x-raw,format=RGB,width=320,height=240,framerate=30/1");
  Seen seen = bench.push();
  ASSERT_EQ(seen.targets.size(), 1u);
  EXPECT_EQ(seen.targets[0].id, id);
  EXPECT_EQ(seen.targets[0].box, (Box{51, 27, 20, 15}));
  EXPECT_EQ(seen.frame, (Size{320, 240}));
  bench.set_caps("video/x-raw,format=GRAY8,width=1280,height=720,framerate=30/1");
  EXPECT_EQ(bench.push().targets.at(0).box, (Box{51 * 4 + 1, 27 * 3 + 2, 80, 45}));
}

TEST_F(SiamTrackStream, NewSizesResetWhenAsked) {
  Bench bench("siamtrack reset-on=caps box=100,50,40,30", kCaps);
  bench.push();
  bench.set_caps("video/x-raw,format=NV12,width=320,height=240,framerate=30/1");
  EXPECT_TRUE(bench.push().targets.empty());
}

TEST_F(SiamTrackStream, ALeakyQueueInFrontLeavesTheIntervalAlone) {
  Bench bench("siamtrack interval=2 box=100,50,40,30", kCaps);
  for (int i = 0; i < 9; ++i) {
    bench.push_only(/*discont=*/true);
    bench.pull();
  }
  EXPECT_EQ(core.calls().updates.size(), 4u);
}

TEST_F(SiamTrackStream, StartsAgainAfterNull) {
  const Owned<GstElement> pipeline(gst_parse_launch(
      "videotestsrc num-buffers=5 ! siamtrack name=tracker box=10,10,50,50 ! fakesink", nullptr));
  const Owned<GstBus> bus(gst_element_get_bus(pipeline.get()));
  for (int round = 1; round <= 3; ++round) {
    gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
    const Owned<GstMessage> end(gst_bus_timed_pop_filtered(
        bus.get(), 20 * GST_SECOND, GstMessageType(GST_MESSAGE_EOS | GST_MESSAGE_ERROR)));
    ASSERT_NE(end, nullptr);
    EXPECT_EQ(GST_MESSAGE_TYPE(end.get()), GST_MESSAGE_EOS);
    gst_element_set_state(pipeline.get(), GST_STATE_NULL);
    EXPECT_EQ(core.calls().starts.size(), std::size_t(round));
    EXPECT_EQ(core.calls().updates.size(), std::size_t(4 * round));
  }
  EXPECT_EQ(core.calls().models.size(), 6u) << "asked for in NULL to READY and READY to PAUSED";
}

TEST_F(SiamTrackStream, ABoxGivenInPausedStartsOnTheStillPicture) {
  const Outcome run = run_pipeline(
      "videotestsrc num-buffers=5 ! siamtrack name=tracker ! fakesink name=sink",
      [](GstElement* pipeline) {
        gst_element_set_state(pipeline, GST_STATE_PAUSED);
        gst_element_get_state(pipeline, nullptr, nullptr, 10 * GST_SECOND);
        const Owned<GstElement> tracker(gst_bin_get_by_name(GST_BIN(pipeline), "tracker"));
        g_object_set(tracker.get(), "box", "10,10,50,50", nullptr);
      });
  ASSERT_EQ(run.frames.size(), 5u);
  EXPECT_TRUE(run.frames[0].targets.empty());
  ASSERT_EQ(run.frames[1].targets.size(), 1u);
  EXPECT_EQ(run.frames[1].targets[0].box.x, 11) << "one frame on from the picture it was drawn in";
}

GstEvent* selection(GstEventType type) {
  return gst_event_new_custom(
      type, gst_structure_new("GstSiamTrackSelect", "x", G_TYPE_INT, 10, "y", G_TYPE_INT, 10,
                              "width", G_TYPE_INT, 50, "height", G_TYPE_INT, 50, nullptr));
}

/// Left of the box that was asked for at x = 10 between a first frame in PAUSED and the next one;
/// 11 when the target was followed from the one frame to the other.
double left_after_pause(const std::string& launch, const std::function<void(Bench&)>& ask) {
  Bench bench(launch, kCaps);
  gst_element_set_state(bench.element(), GST_STATE_PAUSED);
  EXPECT_TRUE(bench.push().targets.empty());
  ask(bench);
  return bench.push().targets.at(0).box.x;
}

TEST_F(SiamTrackStream, WhatThePictureShowsStartsOnTheStillPicture) {
  EXPECT_EQ(left_after_pause("siamtrack", [](Bench& bench) { bench.set("box", "10,10,50,50"); }),
            11);
  EXPECT_EQ(left_after_pause("siamtrack",
                             [](Bench& bench) {
                               gst_harness_push_upstream_event(
                                   bench.harness(), selection(GST_EVENT_CUSTOM_UPSTREAM));
                             }),
            11);
}

TEST_F(SiamTrackStream, WhatIsForTheNextFrameStartsThere) {
  EXPECT_EQ(left_after_pause("siamtrack",
                             [](Bench& bench) {
                               gst_harness_push_event(bench.harness(),
                                                      selection(GST_EVENT_CUSTOM_DOWNSTREAM));
                             }),
            10);
  EXPECT_EQ(left_after_pause("siamtrack box-time=20000000",
                             [](Bench& bench) { bench.set("box", "10,10,50,50"); }),
            10);
  const TemporaryFile file("-script.csv");
  std::ofstream(file.path) << "0.02,10,10,50,50\n";
  EXPECT_EQ(left_after_pause("siamtrack init-file=" + file.path, [](Bench&) {}), 10);
}

TEST_F(SiamTrackStream, SurvivesSeeksWhilePlaying) {
  const Owned<GstElement> pipeline(gst_parse_launch(
      "videotestsrc ! siamtrack name=tracker box=10,10,50,50 ! fakesink", nullptr));
  gst_element_set_state(pipeline.get(), GST_STATE_PAUSED);
  gst_element_get_state(pipeline.get(), nullptr, nullptr, 10 * GST_SECOND);
  gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
  const Owned<GstElement> tracker(gst_bin_get_by_name(GST_BIN(pipeline.get()), "tracker"));
  for (int i = 0; i < 20; ++i) {
    EXPECT_TRUE(gst_element_seek_simple(pipeline.get(), GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH,
                                        GstClockTime(i) * GST_SECOND));
    g_object_set(tracker.get(), "box", "20,20,40,40", nullptr);
    g_usleep(5000);
  }
  const Owned<GstBus> bus(gst_element_get_bus(pipeline.get()));
  const Owned<GstMessage> error(gst_bus_pop_filtered(bus.get(), GST_MESSAGE_ERROR));
  EXPECT_EQ(error, nullptr);
  gst_element_set_state(pipeline.get(), GST_STATE_NULL);
}

struct Path {
  const char* name;
  const char* launch;
  double scale;
};

class Survival : public ::testing::TestWithParam<Path> {
 protected:
  FakeCore core;
};

TEST_P(Survival, TheMetaArrivesWithScoreAndGeometry) {
  const Path& path = GetParam();
  const Owned<GstPluginFeature> jpeg(gst_registry_lookup_feature(gst_registry_get(), "jpegenc"));
  if (std::string(path.name) == "Jpeg" && jpeg == nullptr) GTEST_SKIP() << "needs jpegenc";
  const Outcome run = run_pipeline(
      std::string("videotestsrc num-buffers=4 ! video/x-raw,format=NV12,width=640,height=480 ! "
                  "siamtrack name=tracker box=100,50,40,30 ! ") +
      path.launch + " ! fakesink name=sink");
  ASSERT_TRUE(run.eos);
  ASSERT_EQ(run.arrived.size(), 4u);
  for (std::size_t i = 0; i < 4; ++i) {
    const Seen& seen = run.arrived[i];
    ASSERT_EQ(seen.targets.size(), 1u) << path.launch;
    const Box sent = run.frames[i].targets.at(0).box;
    EXPECT_DOUBLE_EQ(seen.targets[0].box.x, sent.x * path.scale);
    EXPECT_DOUBLE_EQ(seen.targets[0].box.width, sent.width * path.scale);
    EXPECT_EQ(seen.targets[0].score, i == 0 ? 1 : 0.9);
    EXPECT_EQ(seen.frame.width, int(640 * path.scale));
    ASSERT_EQ(seen.rois.size(), 1u);
    EXPECT_EQ(seen.roi_ids[0], int(seen.targets[0].id));
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, Survival,
    ::testing::Values(Path{"Identity", "identity", 1}, Path{"Queue", "queue", 1},
                      Path{"Tee", "tee name=t ! queue ! fakesink  t. ! queue", 1},
                      Path{"Convert", "videoconvert ! video/x-raw,format=RGB", 1},
                      Path{"Scale", "videoscale ! video/x-raw,width=320,height=240", 0.5},
                      Path{"ConvertAndScale",
                           "videoconvert ! video/x-raw,format=BGRx ! videoscale ! "
                           "video/x-raw,width=1280,height=960",
                           2},
                      Path{"Rate", "videorate", 1}, Path{"Jpeg", "jpegenc ! jpegdec", 1}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace siamtrack::testing
