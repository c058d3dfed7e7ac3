// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>

#include "fake_core.h"
#include "gst_support.h"

/// Hostile boxes and videos, in every state: no crash, no hang, no frame lost, and a message that
/// says why a box was refused.
namespace siamtrack::testing {
namespace {

constexpr std::size_t kFrames = 20;

/// When the box is given.
enum class Moment { kLaunch, kReady, kPaused, kPlaying };

struct Situation {
  const char* name;
  const char* box;
  const char* video;   ///< launch syntax of a source of kFrames frames
  const char* reason;  ///< of the rejection; empty when the box can be followed
};

constexpr const char* kVga =
    "videotestsrc num-buffers=20 ! video/x-raw,format=I420,width=640,height=480";

/// Two videos one after the other through one tracker.
constexpr const char* kShrinking =
    "concat name=c  videotestsrc num-buffers=10 ! video/x-raw,format=I420,width=640,height=480 ! "
    "c. "
    "videotestsrc num-buffers=10 ! video/x-raw,format=I420,width=320,height=240 ! c.  c.";
constexpr const char* kGrowing =
    "concat name=c  videotestsrc num-buffers=10 ! video/x-raw,format=I420,width=320,height=240 ! "
    "c. "
    "videotestsrc num-buffers=10 ! video/x-raw,format=I420,width=1280,height=720 ! c.  c.";

const Situation kSituations[] = {
    {"OffScreen", "5000,5000,100,100", kVga, "outside-frame"},
    {"PartlyOff", "600,440,100,100", kVga, ""},
    {"Zero", "0,0,0,0", kVga, "zero"},
    {"Negative", "10,10,-50,-50", kVga, "zero"},
    {"OneByOne", "100,100,1,1", kVga, "too-small"},
    {"WholeFrame", "0,0,640,480", kVga, ""},
    {"LargerThanFrame", "-1000,-1000,4000,4000", kVga, ""},
    {"UintMax", "0,0,4294967295,4294967295", kVga, ""},
    {"NotANumber", "nan,0,inf,10", kVga, "not-a-number"},
    {"NoBoxAtAll", "over there", kVga, "not-a-number"},
    {"OnePixelVideo", "0,0,50,50",
     "videotestsrc num-buffers=20 ! video/x-raw,format=I420,width=1,height=1", "outside-frame"},
    {"OnePixelVideoAndBox", "0,0,1,1",
     "videotestsrc num-buffers=20 ! video/x-raw,format=RGB,width=1,height=1", "too-small"},
    {"TwoPixelVideo", "0,0,2,2",
     "videotestsrc num-buffers=20 ! video/x-raw,format=NV12,width=2,height=2", "too-small"},
    {"TinyVideo", "2,2,10,10",
     "videotestsrc num-buffers=20 ! video/x-raw,format=NV12,width=16,height=16", ""},
    {"Shrinking", "100,100,50,50", kShrinking, ""},
    {"Growing", "100,100,50,50", kGrowing, ""},
    {"OddSize", "100,100,50,50",
     "videotestsrc num-buffers=20 ! video/x-raw,format=RGB,width=641,height=481", ""},
    {"CroppedToOdd", "100,100,50,50",
     "videotestsrc num-buffers=20 ! video/x-raw,format=RGB,width=640,height=480 ! videocrop left=1",
     ""},
};

void give_box(GstElement* pipeline, const char* box) {
  const Owned<GstElement> tracker(gst_bin_get_by_name(GST_BIN(pipeline), "tracker"));
  g_object_set(tracker.get(), "box", box, nullptr);
}

struct Later {
  GstElement* pipeline;
  const char* box;
  int frames = 0;
};

GstPadProbeReturn give_box_later(GstPad*, GstPadProbeInfo*, gpointer data) {
  auto* later = static_cast<Later*>(data);
  if (++later->frames == 5) give_box(later->pipeline, later->box);
  return GST_PAD_PROBE_OK;
}

Outcome run_situation(const Situation& situation, Moment moment) {
  const std::string launch =
      std::string(situation.video) + " ! siamtrack name=tracker ! fakesink name=sink";
  Later later{nullptr, situation.box};
  return run_pipeline(launch, [&](GstElement* pipeline) {
    later.pipeline = pipeline;
    if (moment == Moment::kReady) gst_element_set_state(pipeline, GST_STATE_READY);
    if (moment == Moment::kPaused) {
      gst_element_set_state(pipeline, GST_STATE_PAUSED);
      gst_element_get_state(pipeline, nullptr, nullptr, 10 * GST_SECOND);
    }
    if (moment != Moment::kPlaying) {
      give_box(pipeline, situation.box);
      return;
    }
    const Owned<GstElement> tracker(gst_bin_get_by_name(GST_BIN(pipeline), "tracker"));
    GstPad* pad = gst_element_get_static_pad(tracker.get(), "sink");
    gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, give_box_later, &later, nullptr);
    gst_object_unref(pad);
  });
}

class Robustness : public ::testing::TestWithParam<std::tuple<Situation, Moment>> {
 protected:
  FakeCore core;
};

TEST_P(Robustness, LosesNoFrameAndSaysWhy) {
  const auto& [situation, moment] = GetParam();
  const Outcome run = run_situation(situation, moment);
  EXPECT_TRUE(run.eos);
  EXPECT_FALSE(run.failed);
  EXPECT_EQ(run.arrived.size(), kFrames);
  const News* rejected = find(run.news, "siamtrack-rejected");
  if (*situation.reason == '\0') {
    EXPECT_EQ(rejected, nullptr);
    EXPECT_FALSE(run.frames.back().targets.empty());
    return;
  }
  ASSERT_NE(rejected, nullptr);
  EXPECT_EQ(rejected->string("reason"), situation.reason);
  EXPECT_EQ(count(run.news, "siamtrack-rejected"), 1u);
  EXPECT_TRUE(run.frames.back().targets.empty());
  const auto warned = std::count_if(run.news.begin(), run.news.end(), [](const News& news) {
    return news.type == GST_MESSAGE_WARNING;
  });
  EXPECT_EQ(warned, 1);
}

std::string name_of(const ::testing::TestParamInfo<std::tuple<Situation, Moment>>& test) {
  const char* const moments[] = {"Launch", "Ready", "Paused", "Playing"};
  const auto& [situation, moment] = test.param;
  return std::string(situation.name) + moments[static_cast<int>(moment)];
}

INSTANTIATE_TEST_SUITE_P(All, Robustness,
                         ::testing::Combine(::testing::ValuesIn(kSituations),
                                            ::testing::Values(Moment::kLaunch, Moment::kReady,
                                                              Moment::kPaused, Moment::kPlaying)),
                         name_of);

}  // namespace
}  // namespace siamtrack::testing
