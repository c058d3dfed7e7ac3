// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "gst_support.h"
#include "made_videos.h"
#include "random_model.h"

/// The element over the real libsiamtrack, which it loads itself; where nothing need be followed
/// the model has random weights.
namespace siamtrack::testing {
namespace {

constexpr const char* kVideo =
    "videotestsrc num-buffers=6 pattern=ball ! video/x-raw,format=NV12,width=640,height=480";

std::string tracker(const std::string& model, const std::string& more = "box=280,200,60,60") {
  return "siamtrack name=tracker model=" + model + " num-threads=1 " + more;
}

const News* only_error(const Outcome& run) {
  const News* found = nullptr;
  for (const News& news : run.news) {
    if (news.type != GST_MESSAGE_ERROR) continue;
    EXPECT_EQ(found, nullptr) << "a second error: " << news.text;
    found = &news;
  }
  return found;
}

TEST(SiamTrackCore, FollowsATargetThroughAPipeline) {
  const Outcome run = run_pipeline(
      "videotestsrc num-buffers=40 pattern=ball ! video/x-raw,format=NV12,width=640,height=480 ! " +
      tracker("fast", "box=300,220,40,40") + " ! fakesink name=sink");
  for (const News& news : run.news) {
    EXPECT_NE(news.type, GST_MESSAGE_ERROR) << news.text;
  }
  ASSERT_EQ(run.frames.size(), 40u);
  for (int frame = 0; frame < 40; ++frame) {
    const Seen& seen = run.frames[static_cast<std::size_t>(frame)];
    ASSERT_EQ(seen.targets.size(), 1u);
    EXPECT_GT(iou(seen.targets[0].box, ball({640, 480}, frame)), 0.6) << "frame " << frame;
    EXPECT_EQ(seen.targets[0].state, bridge::TargetState::kTracking) << "frame " << frame;
    EXPECT_GT(seen.targets[0].score, 0.3) << "frame " << frame;
    EXPECT_LE(seen.targets[0].score, 1);
  }
}

TEST(SiamTrackCore, FollowsManyTargetsInAllFormats) {
  const MovingSquares video{{481, 361},
                            {{20, 30, 40, 6, 2}, {380, 60, 48, -5, 3}, {200, 280, 44, 4, -5}}};
  for (const char* format : {"I420", "YUY2", "RGB", "BGRx", "GRAY8"}) {
    SCOPED_TRACE(format);
    Bench bench(
        std::string("videoconvert ! video/x-raw,format=") + format + " ! " +
            tracker("fast", "max-targets=3 box=20,30,40,40 box=380,60,48,48 box=200,280,44,44"),
        video.caps());
    for (int frame = 0; frame < 10; ++frame) {
      expect_followed(bench.push(video.bgr(frame)), video, frame, 0.6);
    }
  }
}

TEST(SiamTrackCore, ResultsDoNotDependOnThePixelLayout) {
  const auto boxes = [](const std::string& format) {
    const Outcome run = run_pipeline(
        "videotestsrc num-buffers=4 pattern=ball ! video/x-raw,width=641,height=481,format=GRAY8 ! "
        "videoconvert ! video/x-raw,format=" +
        format + " ! " + tracker(random_siamfc_model()) + " ! fakesink name=sink");
    std::vector<Box> all;
    for (const Seen& seen : run.frames) all.push_back(seen.targets.at(0).box);
    return all;
  };
  const std::vector<Box> reference = boxes("RGB");
  ASSERT_EQ(reference.size(), 4u);
  for (const char* format : {"BGRx", "ARGB", "GRAY8"}) {
    const std::vector<Box> found = boxes(format);
    ASSERT_EQ(found.size(), reference.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      EXPECT_GT(iou(found[i], reference[i]), 0.9) << format << " frame " << i;
    }
  }
}

TEST(SiamTrackCore, HostileBoxesAreRejected) {
  for (const char* box : {"5000,5000,100,100", "0,0,0,0", "1,1,1,1", "nan,1,1,1"}) {
    const Outcome run = run_pipeline(std::string(kVideo) + " ! " +
                                     tracker(random_siamfc_model(), std::string("box=") + box) +
                                     " ! fakesink name=sink");
    EXPECT_EQ(run.arrived.size(), 6u) << box;
    EXPECT_EQ(count(run.news, "siamtrack-rejected"), 1u) << box;
  }
  for (const char* box :
       {"600,440,100,100", "0,0,640,480", "-1000,-1000,4000,4000", "0,0,4294967295,4294967295"}) {
    const Outcome run = run_pipeline(std::string(kVideo) + " ! " +
                                     tracker(random_siamfc_model(), std::string("box=") + box) +
                                     " ! fakesink name=sink");
    EXPECT_EQ(run.arrived.size(), 6u) << box;
    EXPECT_EQ(run.frames.back().targets.size(), 1u) << box;
  }
}

TEST(SiamTrackCore, SurvivesTinyAndChangingVideo) {
  for (const char* video :
       {"videotestsrc num-buffers=6 ! video/x-raw,format=NV12,width=1,height=1",
        "videotestsrc num-buffers=6 ! video/x-raw,format=RGB,width=2,height=2",
        "videotestsrc num-buffers=6 ! video/x-raw,format=I420,width=16,height=16",
        "concat name=c  videotestsrc num-buffers=3 ! video/x-raw,width=320,height=240 ! c. "
        "videotestsrc num-buffers=3 ! video/x-raw,width=1281,height=721 ! c.  c."}) {
    const Outcome run =
        run_pipeline(std::string(video) + " ! " + tracker(random_siamfc_model(), "box=2,2,12,12") +
                     " ! fakesink name=sink");
    EXPECT_TRUE(run.eos) << video;
    EXPECT_EQ(run.arrived.size(), 6u) << video;
  }
}

TEST(SiamTrackCore, NamesTheModelThatIsMissing) {
  const Outcome run = run_pipeline(std::string(kVideo) + " ! " +
                                   tracker("/nowhere/none.safetensors") + " ! fakesink");
  const News* error = only_error(run);
  ASSERT_NE(error, nullptr);
  EXPECT_EQ(error->domain, GST_RESOURCE_ERROR);
  EXPECT_EQ(error->code, GST_RESOURCE_ERROR_NOT_FOUND);
  EXPECT_NE(error->text.find("/nowhere/none.safetensors"), std::string::npos) << error->text;
}

TEST(SiamTrackCore, NamesTheModelThatIsBroken) {
  const std::string whole = random_siamfc_model();
  const TemporaryFile file("-broken.safetensors");
  const std::string& broken = file.path;
  std::filesystem::copy_file(whole, broken, std::filesystem::copy_options::overwrite_existing);
  std::filesystem::resize_file(broken, std::filesystem::file_size(whole) / 2);
  const Outcome truncated =
      run_pipeline(std::string(kVideo) + " ! " + tracker(broken) + " ! fakesink");
  const News* error = only_error(truncated);
  ASSERT_NE(error, nullptr);
  EXPECT_NE(error->text.find(broken), std::string::npos) << error->text;
  std::ofstream(broken) << "this is not a model";
  const Outcome garbage =
      run_pipeline(std::string(kVideo) + " ! " + tracker(broken) + " ! fakesink");
  error = only_error(garbage);
  ASSERT_NE(error, nullptr);
  EXPECT_NE(error->text.find(broken), std::string::npos) << error->text;
}

TEST(SiamTrackCore, SaysSoWhenThereIsNoGpu) {
  const Outcome run = run_pipeline(std::string(kVideo) + " ! " +
                                   tracker(random_siamfc_model(), "device=cuda") + " ! fakesink");
  const News* error = only_error(run);
  if (error == nullptr) GTEST_SKIP() << "this machine has a GPU";
  EXPECT_EQ(error->domain, GST_LIBRARY_ERROR);
  EXPECT_EQ(error->code, GST_LIBRARY_ERROR_INIT);
}

TEST(SiamTrackCore, ExchangesRealModelsWhilePlaying) {
  Bench bench("siamtrack box=100,100,60,60 model=" + random_siamfc_model(),
              "video/x-raw,format=I420,width=320,height=240,framerate=30/1");
  const auto id = bench.push().targets.at(0).id;
  const TemporaryFile copy("-other.safetensors");
  const std::string& other = copy.path;
  std::filesystem::copy_file(random_siamfc_model(), other);
  bench.set("model", other);
  std::string loaded;
  for (int i = 0; i < 400 && loaded != other; ++i) {
    g_usleep(10000);
    GstStructure* stats = nullptr;
    g_object_get(bench.element(), "stats", &stats, nullptr);
    const Owned<GstStructure> owned(stats);
    loaded = gst_structure_get_string(stats, "model");
  }
  EXPECT_EQ(loaded, other);
  EXPECT_EQ(bench.push().targets.at(0).id, id);
  EXPECT_EQ(bench.push().targets.at(0).id, id);
}

}  // namespace
}  // namespace siamtrack::testing
