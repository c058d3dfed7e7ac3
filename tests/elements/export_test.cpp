// SPDX-License-Identifier: LGPL-2.1-or-later
#include <cmath>

#include "comma_locale.h"
#include "export_support.h"

namespace siamtrack::test {
namespace {

TEST_F(ExportTest, JsonLinesTellEverything) {
  const Harness harness = open("");
  push_story(harness);
  const auto text = lines();  // complete before the end of the stream
  ASSERT_EQ(text.size(), 5u);
  const Json empty = Json::parse(text[0]);
  EXPECT_EQ(empty["frame"], 0);
  EXPECT_EQ(empty["targets"], Json::array());
  EXPECT_EQ(empty["width"], 64);
  const Json one = Json::parse(text[1]);
  EXPECT_EQ(one["pts"], 40 * GST_MSECOND);
  EXPECT_EQ(one["stream_time"], 40 * GST_MSECOND);
  EXPECT_EQ(one["running_time"], 40 * GST_MSECOND);
  EXPECT_EQ(one["targets"][0]["id"], 7);
  EXPECT_EQ(one["targets"][0]["label"], "my \"cup\", red");
  EXPECT_EQ(one["targets"][0]["state"], "tracking");
  EXPECT_EQ(one["targets"][0]["score"], 0.5);
  EXPECT_EQ(one["targets"][0]["box"], Json({1.25, 2.5, 10, 20.125}));
  EXPECT_EQ(one["targets"][0]["trail"], Json({{1, 2}, {3, 4}}));
  EXPECT_EQ(one["targets"][0]["predicted"], true);
  EXPECT_TRUE(Json::parse(text[2])["targets"][0]["score"].is_null());
  EXPECT_EQ(Json::parse(text[3])["targets"][0]["state"], "lost");
}

TEST_F(ExportTest, CsvHasAHeaderAndARowForEmptyFrames) {
  push_story(open("format=csv"));
  const auto text = lines();
  ASSERT_EQ(text.size(), 8u);
  EXPECT_EQ(text[0],
            "frame,pts,stream_time,running_time,utc,id,label,state,score,x,y,width,height");
  EXPECT_EQ(text[1], "0,0,0,0,,,,,,,,,");
  EXPECT_EQ(text[2],
            "1,40000000,40000000,40000000,,7,\"my \"\"cup\"\", red\",tracking,0.5000,"
            "1.2500,2.5000,10.0000,20.1250");
  EXPECT_EQ(split(text[1], ',').size(), split(text[0], ',').size());
}

TEST_F(ExportTest, OtbHasOneBoxPerFrameCountedFromOne) {
  push_story(open("format=otb"));
  const auto text = lines();
  ASSERT_EQ(text.size(), 5u);
  EXPECT_TRUE(std::isnan(numbers(text[0])[3]));
  for (const int i : {1, 2, 3}) {
    EXPECT_EQ(numbers(text[i]), (std::vector{2.25, 3.5, 10.0, 20.125})) << i;
  }
}

TEST_F(ExportTest, VotMarksTheFirstFrame) {
  push_story(open("format=vot"));
  EXPECT_EQ(lines(), (std::vector<std::string>{"0", "1", "1.2500,2.5000,10.0000,20.1250",
                                               "1.2500,2.5000,10.0000,20.1250", "0"}));
}

TEST_F(ExportTest, VotTellsTheOutlineWhereItIsKnown) {
  const Harness harness = open("format=vot");
  bridge::TargetRecord turned = target({0, 0, 4, 4});
  turned.polygon = {{2, 0}, {4, 2}, {2, 4}, {0, 2}};
  for (const GstClockTime pts : {0, 1}) through(harness, frame(pts, {turned}));
  EXPECT_EQ(lines()[1], "2.0000,0.0000,4.0000,2.0000,2.0000,4.0000,0.0000,2.0000");
}

TEST_F(ExportTest, MotHasARowPerTarget) {
  push_story(open("format=mot"));
  const auto text = lines();
  ASSERT_EQ(text.size(), 5u);
  EXPECT_EQ(numbers(text[0]), (std::vector<double>{2, 7, 2.25, 3.5, 10, 20.125, 0.5, -1, -1, -1}));
  EXPECT_EQ(numbers(text[1]), (std::vector<double>{3, 9, 6, 7, 7, 8, 1, -1, -1, -1}));
}

TEST_F(ExportTest, MotGivesADetectionWithoutATrackNoNumber) {
  const Harness harness = open("format=mot");
  through(harness, frame(0, {target({0, 0, 4, 4}, 0)}));
  EXPECT_EQ(lines()[0].substr(0, 5), "1,-1,");
}

TEST_F(ExportTest, LostTargetsCanBeLeftOut) {
  push_story(open("include-lost=false"));
  const auto text = lines();
  ASSERT_EQ(text.size(), 5u);
  EXPECT_EQ(Json::parse(text[3])["targets"].size(), 1u);
}

TEST_F(ExportTest, NormalizedBoxesAreFractions) {
  push_story(open("normalized=true"));
  const Json one = Json::parse(lines()[1]);
  EXPECT_EQ(one["normalized"], true);
  EXPECT_DOUBLE_EQ(one["targets"][0]["box"][0], 1.25 / 64);
  EXPECT_DOUBLE_EQ(one["targets"][0]["box"][3], 20.125 / 48);
  EXPECT_DOUBLE_EQ(one["targets"][0]["trail"][1][1], 4.0 / 48);
}

TEST_F(ExportTest, NumbersDoNotDependOnTheLocale) {
  std::vector<std::vector<std::string>> usual;
  const auto write = [&](const char* format) {
    push_story(open(std::string("format=") + format));
    return lines();
  };
  const auto formats = {"jsonl", "csv", "otb", "vot", "mot"};
  for (const char* format : formats) usual.push_back(write(format));
  EXPECT_EQ(usual[3][2], "1.2500,2.5000,10.0000,20.1250");
  const siamtrack::testing::CommaLocale german;
  if (!german.works()) GTEST_SKIP() << "this C library has no locale with decimal commas";
  for (auto expected = usual.begin(); const char* format : formats) {
    EXPECT_EQ(write(format), *expected++) << format;
  }
}

TEST_F(ExportTest, StrangeBoxesAreStillValidLines) {
  const std::vector<Box> boxes = {{kNan, 0, 1, 1},
                                  {-1e300, 1e300, std::numeric_limits<double>::infinity(), 0}};
  for (const char* format : {"jsonl", "csv", "otb", "vot", "mot"}) {
    const Harness harness = open(std::string("format=") + format);
    for (const Box& box : boxes) through(harness, frame(0, {target(box)}));
    const auto text = lines();
    EXPECT_EQ(text.size(), format == std::string("csv") ? 3u : 2u) << format;
    if (format == std::string("jsonl")) {
      EXPECT_TRUE(Json::parse(text[0])["targets"][0]["box"][0].is_null());
    }
  }
}

}  // namespace
}  // namespace siamtrack::test
