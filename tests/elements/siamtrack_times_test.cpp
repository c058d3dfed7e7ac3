// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include <fstream>

#include "fake_core.h"
#include "gst_support.h"
#include "temporary_file.h"

/// Boxes for given times: the properties box-time and init-file.
namespace siamtrack::testing {
namespace {

constexpr const char* kCaps = "video/x-raw,format=RGB,width=640,height=480,framerate=30/1";

class SiamTrackTimes : public ::testing::Test {
 protected:
  FakeCore core;
};

TEST_F(SiamTrackTimes, ABoxWaitsForItsTime) {
  Bench bench("siamtrack box-time=100000000 box=100,50,40,30", kCaps);
  EXPECT_TRUE(bench.push_at(0).targets.empty());
  EXPECT_TRUE(bench.push_at(99 * GST_MSECOND).targets.empty());
  EXPECT_EQ(bench.push_at(100 * GST_MSECOND).targets.at(0).box, (Box{100, 50, 40, 30}));
  bench.set("box-time", "300000000");
  bench.set("box", "200,50,40,30");
  EXPECT_EQ(bench.push_at(200 * GST_MSECOND).targets.at(0).box, (Box{101, 52, 40, 30}));
  EXPECT_EQ(bench.push_at(400 * GST_MSECOND).targets.at(0).box, (Box{200, 50, 40, 30}));
  bench.set("box-time", "500000000");
  bench.set("box", "300,50,40,30");
  bench.set("box", "");
  EXPECT_TRUE(bench.push_at(500 * GST_MSECOND).targets.empty()) << "emptied while it waited";
}

TEST_F(SiamTrackTimes, AFileStartsTargetsAtTheirTimes) {
  const TemporaryFile file("-script.csv");
  std::ofstream(file.path) << "# seconds,x,y,width,height,label\n"
                              "\n"
                              "0.2, 200,50,40,30, my cup\r\n"
                              "0.1,100,50,40,30\n"
                              "0.3,5000,50,40,30\n";
  Bench bench("siamtrack max-targets=3 label=thing init-file=" + file.path, kCaps);
  EXPECT_TRUE(bench.push_at(0).targets.empty());
  Seen seen = bench.push_at(150 * GST_MSECOND);
  ASSERT_EQ(seen.targets.size(), 1U);
  EXPECT_EQ(seen.targets[0].label, "thing");
  seen = bench.push_at(350 * GST_MSECOND);
  ASSERT_EQ(seen.targets.size(), 2U);
  EXPECT_EQ(seen.targets[1].label, "my cup");
  EXPECT_EQ(seen.targets[1].box, (Box{200, 50, 40, 30}));
  EXPECT_EQ(count(bench.news(), "siamtrack-rejected"), 1U);
  seen = bench.push_at(160 * GST_MSECOND);  // back: what lies ahead is given again
  EXPECT_EQ(seen.targets.size(), 2U);
  EXPECT_EQ(bench.push_at(250 * GST_MSECOND).targets.size(), 3U);
}

TEST_F(SiamTrackTimes, AFileWithAWrongLineIsAnErrorThatNamesIt) {
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

TEST_F(SiamTrackTimes, EveryBoxHasItsOwnTime) {
  Bench bench(
      "siamtrack max-targets=2 box-time=100000000 box=100,50,40,30 box-time=200000000 "
      "box=300,50,40,30",
      kCaps);
  EXPECT_TRUE(bench.push_at(0).targets.empty());
  EXPECT_EQ(bench.push_at(100 * GST_MSECOND).targets.size(), 1u);
  EXPECT_EQ(bench.push_at(200 * GST_MSECOND).targets.size(), 2u);
}

TEST_F(SiamTrackTimes, ASeekPassesOverWhatLiesBetween) {
  const TemporaryFile file("-script.csv");
  std::ofstream(file.path) << "1,100,50,40,30,one\n"
                              "5,200,50,40,30,five\n"
                              "10,300,50,40,30,ten\n";
  for (const auto& jump : {flush, new_segment}) {
    Bench bench("siamtrack reset-on=flush+segment max-targets=3 init-file=" + file.path, kCaps);
    EXPECT_EQ(bench.push_at(2 * GST_SECOND).targets.at(0).label, "one") << "no seek";
    jump(bench);
    Seen seen = bench.push_at(10 * GST_SECOND);
    ASSERT_EQ(seen.targets.size(), 1u);
    EXPECT_EQ(seen.targets[0].label, "ten");
    jump(bench);
    EXPECT_TRUE(bench.push_at(4 * GST_SECOND).targets.empty());
    EXPECT_EQ(bench.push_at(6 * GST_SECOND).targets.at(0).label, "five");
  }
}

TEST_F(SiamTrackTimes, ALineBetweenTheFramesAboutANewSegmentIsGiven) {
  const TemporaryFile file("-script.csv");
  std::ofstream(file.path) << "0.05,100,50,40,30\n";
  Bench bench("siamtrack init-file=" + file.path, kCaps);
  bench.push();
  bench.push();  // at 33 ms
  new_segment(bench);
  EXPECT_EQ(bench.push().targets.size(), 1u);
}

TEST_F(SiamTrackTimes, ALineOfTheFrameBeforeIsPassedOver) {
  const TemporaryFile file("-script.csv");
  std::ofstream(file.path) << "0.033333333,100,50,40,30\n";
  Bench bench("siamtrack reset-on=segment init-file=" + file.path, kCaps);
  bench.push();
  EXPECT_EQ(bench.push().targets.size(), 1u);
  new_segment(bench);
  EXPECT_TRUE(bench.push().targets.empty()) << "at 67 ms";
}

TEST_F(SiamTrackTimes, ABoxWithATimeFollowsSeeks) {
  Bench bench("siamtrack box-time=5000000000 box=100,50,40,30", kCaps);
  EXPECT_TRUE(bench.push_at(1 * GST_SECOND).targets.empty());
  flush(bench);
  EXPECT_TRUE(bench.push_at(10 * GST_SECOND).targets.empty()) << "passed over";
  flush(bench);
  EXPECT_TRUE(bench.push_at(4 * GST_SECOND).targets.empty());
  EXPECT_EQ(bench.push_at(6 * GST_SECOND).targets.size(), 1u);
  flush(bench);
  EXPECT_TRUE(bench.push_at(3 * GST_SECOND).targets.empty());
  EXPECT_EQ(bench.push_at(5 * GST_SECOND).targets.size(), 1u) << "again";
}

TEST_F(SiamTrackTimes, ABoxWhoseTimeHasPassedStartsAtOnceUnlessTheStreamGoesBack) {
  const TemporaryFile file("-script.csv");
  std::ofstream(file.path) << "9,100,50,40,30,nine\n";
  Bench bench("siamtrack max-targets=3 reset-on=flush init-file=" + file.path, kCaps);
  EXPECT_EQ(bench.push_at(10 * GST_SECOND).targets.size(), 1u);
  bench.set("box-time", "2000000000");
  bench.set("box", "200,50,40,30");
  EXPECT_EQ(bench.push_at(11 * GST_SECOND).targets.size(), 2u);
  flush(bench);
  bench.set("box-time", "6000000000");
  bench.set("box", "300,50,40,30");
  EXPECT_TRUE(bench.push_at(4 * GST_SECOND).targets.empty());
  EXPECT_EQ(bench.push_at(7 * GST_SECOND).targets.size(), 1u);
  EXPECT_EQ(bench.push_at(8 * GST_SECOND).targets.size(), 1u);
}

}  // namespace
}  // namespace siamtrack::testing
