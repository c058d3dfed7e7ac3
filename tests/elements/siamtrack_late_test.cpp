// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include <algorithm>

#include "fake_core.h"
#include "gst_support.h"
#include "tracker/lateness.h"

/// Streams that are faster than the tracker, and what it says of its own time.
namespace siamtrack::testing {
namespace {

constexpr const char* kCaps = "video/x-raw,format=NV12,width=640,height=480,framerate=30/1";

class SiamTrackLate : public ::testing::Test {
 protected:
  FakeCore core;
};

/// 45 frames at 30 per second from a live source through a tracker that takes 80 ms per frame.
Outcome run_late(const char* policy) {
  return run_pipeline(
      std::string("videotestsrc is-live=true num-buffers=45 ! "
                  "video/x-raw,width=64,height=48,framerate=30/1 ! siamtrack name=tracker "
                  "box=10,10,20,20 late-policy=") +
      policy + " ! fakesink name=sink sync=true");
}

TEST_F(SiamTrackLate, ALateTrackerSkipsStepsAndNeverPictures) {
  core.step_ms = 80;
  const GstClockTime begin = gst_util_get_timestamp();
  const Outcome run = run_late("coast");
  EXPECT_EQ(run.arrived.size(), 45u);
  EXPECT_LT(gst_util_get_timestamp() - begin, 3 * GST_SECOND) << "latency builds up";
  const std::size_t steps = core.calls().updates.size();
  EXPECT_LT(steps, 35u);
  EXPECT_GE(steps, 4u);
  for (const Seen& seen : run.arrived) EXPECT_EQ(seen.targets.size(), 1u);
}

TEST_F(SiamTrackLate, TrackAllTracksAll) {
  core.step_ms = 40;
  EXPECT_EQ(run_late("track-all").arrived.size(), 45u);
  EXPECT_EQ(core.calls().updates.size(), 44u);
}

TEST_F(SiamTrackLate, DropBufferDropsTheLateAndTracksTheOthers) {
  core.step_ms = 80;
  const Outcome run = run_late("drop-buffer");
  EXPECT_TRUE(run.eos);
  const std::size_t shown = run.arrived.size();
  EXPECT_GE(shown, 5u);
  EXPECT_LT(shown, 40u);
  EXPECT_EQ(core.calls().updates.size(), shown - 1) << "one each, but for the start";
  for (const Seen& seen : run.arrived) EXPECT_EQ(seen.targets.size(), 1u);
  const auto dropped = std::count_if(run.news.begin(), run.news.end(),
                                     [](const News& news) { return news.type == GST_MESSAGE_QOS; });
  EXPECT_EQ(static_cast<std::size_t>(dropped), 45 - shown) << "each one is told";
}

/// A camera whose driver takes 200 ms and does not tell.
Outcome run_delayed(const char* policy) {
  return run_pipeline(
      std::string("videotestsrc name=camera is-live=true num-buffers=45 ! "
                  "video/x-raw,width=64,height=48,framerate=30/1 ! siamtrack name=tracker "
                  "box=10,10,20,20 late-policy=") +
          policy + " ! fakesink name=sink",
      [](GstElement* pipeline) {
        const Owned<GstElement> camera(gst_bin_get_by_name(GST_BIN(pipeline), "camera"));
        const Owned<GstPad> pad(gst_element_get_static_pad(camera.get(), "src"));
        gst_pad_set_offset(pad.get(), -200 * GstClockTimeDiff(GST_MSECOND));
      });
}

TEST_F(SiamTrackLate, ADelayThatIsNotTheTrackersIsNoReasonToLeaveStepsOut) {
  EXPECT_EQ(run_delayed("coast").arrived.size(), 45u);
  EXPECT_GE(core.calls().updates.size(), 30u);
  EXPECT_GE(run_delayed("drop-buffer").arrived.size(), 30u);
}

TEST_F(SiamTrackLate, ReportsItsLatency) {
  core.step_ms = 8;
  Bench bench("siamtrack box=100,50,40,30", kCaps);
  gst_harness_set_upstream_latency(bench.harness(), 100 * GST_MSECOND);
  EXPECT_EQ(gst_harness_query_latency(bench.harness()), 100 * GST_MSECOND);
  for (int i = 0; i < 10; ++i) bench.push();
  const GstClockTime latency = gst_harness_query_latency(bench.harness());
  EXPECT_GE(latency, 108 * GST_MSECOND);
  EXPECT_LE(latency, 200 * GST_MSECOND);
  const auto news = bench.news();
  EXPECT_TRUE(std::any_of(news.begin(), news.end(),
                          [](const News& one) { return one.type == GST_MESSAGE_LATENCY; }));
}

TEST_F(SiamTrackLate, QosReachesUpstreamOnlyWherePicturesMayBeDropped) {
  const auto passed = [](const std::string& policy) {
    Bench bench("siamtrack late-policy=" + policy, kCaps);
    bench.push();
    gst_harness_push_upstream_event(
        bench.harness(), gst_event_new_qos(GST_QOS_TYPE_UNDERFLOW, 2, 50 * GST_MSECOND, 0));
    int events = 0;
    while (GstEvent* event = gst_harness_try_pull_upstream_event(bench.harness())) {
      events += GST_EVENT_TYPE(event) == GST_EVENT_QOS;
      gst_event_unref(event);
    }
    return events;
  };
  EXPECT_EQ(passed("coast"), 0);
  EXPECT_EQ(passed("track-all"), 0);
  EXPECT_EQ(passed("drop-buffer"), 1);
}

TEST_F(SiamTrackLate, TellsOfEveryStepLeftOut) {
  Bench bench("siamtrack box=100,50,40,30", kCaps);
  bench.push();
  gst_harness_push_upstream_event(
      bench.harness(), gst_event_new_qos(GST_QOS_TYPE_UNDERFLOW, 2, 20 * GST_MSECOND, 0));
  bench.push();  // at 33 ms: late
  bench.push();  // at 67 ms: not late
  const auto news = bench.news();
  const auto told = std::count_if(news.begin(), news.end(),
                                  [](const News& one) { return one.type == GST_MESSAGE_QOS; });
  EXPECT_EQ(told, 1);
  EXPECT_EQ(core.calls().updates.size(), 1u);
}

TEST_F(SiamTrackLate, ASinkThatShowsFewFramesIsNotLate) {
  Bench bench("siamtrack box=100,50,40,30", kCaps);
  bench.push();
  gst_harness_push_upstream_event(
      bench.harness(), gst_event_new_qos(GST_QOS_TYPE_THROTTLE, 1, 500 * GST_MSECOND, 0));
  bench.push();
  EXPECT_EQ(core.calls().updates.size(), 1u);
}

TEST_F(SiamTrackLate, AnotherModelStartsAnotherMeasurement) {
  core.step_ms = 40;
  Bench bench("siamtrack box=100,50,40,30", kCaps);
  for (int i = 0; i < 10; ++i) bench.push();
  EXPECT_GE(gst_harness_query_latency(bench.harness()), 40 * GST_MSECOND);
  core.step_ms = 0;
  bench.set_model("other");
  for (int i = 0; i < 10; ++i) bench.push();
  EXPECT_LT(gst_harness_query_latency(bench.harness()), 40 * GST_MSECOND);
}

TEST_F(SiamTrackLate, StartingATargetIsNoStep) {
  Bench bench("siamtrack max-targets=2 box=100,50,40,30", kCaps);
  bench.push();
  core.start_ms = 300;
  bench.set("box", "200,50,40,30");
  bench.push();
  guint64 longest = 0;
  gst_structure_get_uint64(bench.stats().get(), "longest-time", &longest);
  EXPECT_GT(longest, 0u);
  EXPECT_LT(longest, 300 * GST_MSECOND);
}

constexpr GstClockTimeDiff kFrame = 33;

TEST(Backlog, IsLateWhileLeavingOutStepsHelps) {
  tracker::Backlog backlog;
  EXPECT_FALSE(backlog.late(-5, kFrame));
  EXPECT_FALSE(backlog.late(kFrame, kFrame));
  for (GstClockTimeDiff delay = 30 * kFrame; delay > kFrame; delay -= kFrame) {
    EXPECT_TRUE(backlog.late(delay, kFrame)) << delay;
  }
  EXPECT_FALSE(backlog.late(kFrame, kFrame));
}

TEST(Backlog, KnowsADelayThatStaysWhateverIsLeftOut) {
  tracker::Backlog backlog;
  int late = 0;
  for (int i = 0; i < 100; ++i) late += backlog.late(200 + i % 3, kFrame);
  EXPECT_GT(late, 0);
  EXPECT_LT(late, 10);
  EXPECT_TRUE(backlog.late(300, kFrame)) << "later than usual";
  EXPECT_FALSE(backlog.late(20, kFrame));
  EXPECT_TRUE(backlog.late(200, kFrame)) << "no longer usual";
}

TEST(Backlog, StepsInBetweenDoNotHideWhatLeavingOutIsWorth) {
  tracker::Backlog backlog;
  GstClockTimeDiff delay = 500;  // grows by a step as fast as nine frames without one make up for
  for (int i = 1; i <= 100; ++i) {
    EXPECT_TRUE(backlog.late(delay, kFrame)) << i;
    const bool step = i % 10 == 0;
    if (step) backlog.stepped();
    delay += step ? 9 * kFrame : -kFrame;
  }
}

TEST(Stopwatch, OneHeldUpStepIsNotTheLatency) {
  tracker::Stopwatch watch;
  for (int i = 0; i < 10; ++i) watch.note(i == 4 ? 3 * GST_SECOND : 10 * GST_MSECOND);
  watch.note(3 * GST_SECOND);
  EXPECT_GE(watch.latency(), 10 * GST_MSECOND);
  EXPECT_LE(watch.latency(), 20 * GST_MSECOND);
  EXPECT_EQ(watch.longest(), 3 * GST_SECOND);
  watch.reset();
  EXPECT_EQ(watch.latency(), 0u);
  EXPECT_EQ(watch.average(), 0u);
}

}  // namespace
}  // namespace siamtrack::testing
