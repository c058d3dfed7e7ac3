// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include <cmath>
#include <csignal>
#include <filesystem>

#include "comma_locale.h"
#include "evaluation/jobs.h"
#include "evaluation/plots.h"
#include "evaluation/region.h"
#include "evaluation/table.h"
#include "evaluation/text.h"
#include "evaluation/trajectory.h"
#include "evaluation/tune.h"
#include "siamtrack/error.h"
#include "systems/configurations.h"
#include "systems/network_figures.h"
#include "temporary_file.h"

namespace siamtrack::evaluation {
namespace {

namespace fs = std::filesystem;
using testing::TemporaryFolder;

TEST(Trajectory, TrajectoriesComeBackAndNanIsNamed) {
  const TemporaryFolder temporary;
  const fs::path& root = temporary.path;
  Trajectory out;
  out.regions = {Special{1}, Box{1.5, 2, 3, 4}, Special{2}};
  out.seconds = {0.1, 0.2, std::nan("")};
  out.confidence = {1, 0.5, 0};
  const auto files = vot_files(root, "default", "baseline", "bag");
  EXPECT_FALSE(is_complete(files, 3));
  write_trajectory(files, out);
  EXPECT_TRUE(is_complete(files, 3));
  EXPECT_EQ(read_lines(root / "results/default/baseline/bag/bag_001.txt")[1],
            "1.5000,2.0000,3.0000,4.0000");
  Problems problems;
  const auto back = read_trajectory(files, "bag", problems);
  EXPECT_EQ(std::get<Box>(back.regions[1]), (Box{1.5, 2, 3, 4}));
  EXPECT_EQ(back.confidence, out.confidence);
  EXPECT_TRUE(problems.empty());
  write_file(files.regions, "1\nnan,nan,nan,nan\nx\n");
  read_trajectory(files, "bag", problems);
  ASSERT_EQ(problems.size(), 2U);
  EXPECT_EQ(problems[0].line, 2);
  EXPECT_EQ(problems[0].sequence, "bag");
}

TEST(Trajectory, MasksHaveAFileOfTheirOwn) {
  const TemporaryFolder temporary;
  const fs::path& root = temporary.path;
  Trajectory out;
  out.regions = {Box{1, 2, 3, 4}, Box{2, 3, 4, 5}};
  out.masks = {Special{0}, Mask{2, 3, {2, 1}, {255, 255}}};
  const auto files = otb_files(root, "accurate", "dog");
  write_trajectory(files, out);
  Problems problems;
  const auto back = read_trajectory(files, "dog", problems);
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(back.boxes(), (std::vector<Box>{{1, 2, 3, 4}, {2, 3, 4, 5}}));
  ASSERT_EQ(back.masks.size(), 2U);
  EXPECT_TRUE(std::holds_alternative<Special>(back.masks[0]));
  EXPECT_EQ(bounding_box(back.masks[1]), (Box{2, 3, 2, 1}));
}

TEST(Region, TextForms) {
  EXPECT_EQ(std::get<Special>(parse_region("2")).code, 2);
  EXPECT_EQ(std::get<Box>(parse_region("rectangle:1,2,3,4")), (Box{1, 2, 3, 4}));
  EXPECT_EQ(format_region(parse_region("0,0,4,0,4,4,0,4"), 1), "0.0,0.0,4.0,0.0,4.0,4.0,0.0,4.0");
  const Mask mask = std::get<Mask>(parse_region("m5,6,3,2,1,2,1,1"));
  EXPECT_EQ(mask.pixels, (std::vector<std::uint8_t>{0, 255, 255, 0, 255, 0}));
  EXPECT_EQ(format_region(mask), "m5,6,3,2,1,2,1,1,1");
  EXPECT_EQ(bounding_box(mask), (Box{6, 6, 2, 2}));
  EXPECT_TRUE(std::holds_alternative<Special>(parse_region("1,nan,3,4")));
  EXPECT_THROW(parse_region("1,2,3"), Error);
  EXPECT_THROW(parse_region("m0,0,99999999,99999999,1"), Error);
}

TEST(Region, AreaMatchedBoxOfARhombus) {
  // Diagonals 20: area 200 in a 20 x 20 box, so the side is 20 sqrt(1/2) + 1.
  const Box box = area_matched_box(Polygon{{{10, 0}, {20, 10}, {10, 20}, {0, 10}}});
  EXPECT_NEAR(box.width, 20 * std::sqrt(0.5) + 1, 1e-12);
  EXPECT_NEAR(box.centre_x(), 10, 1e-12);
}

TEST(Jobs, CrashesAndErrorsLoseTheirOwnSequenceOnly) {
  const TemporaryFolder temporary;
  const fs::path& folder = temporary.path;
  std::vector<Job> jobs;
  for (int i = 0; i < 6; ++i) {
    jobs.push_back({"job " + std::to_string(i), "s" + std::to_string(i), [=](Problems&) {
                      if (i == 2) ::raise(SIGKILL);
                      if (i == 4) throw Error(ErrorCode::kIo, "no such picture");
                      write_file(folder / std::to_string(i), "done");
                    }});
  }
  const auto outcome = run_jobs(jobs, 2);
  EXPECT_EQ(outcome.finished, 6U);
  ASSERT_EQ(outcome.problems.size(), 2U);
  EXPECT_EQ(outcome.problems[0].sequence, "s2");
  EXPECT_NE(outcome.problems[0].text.find("crashed"), std::string::npos);
  EXPECT_NE(outcome.problems[1].text.find("no such picture"), std::string::npos);
  for (const char* name : {"0", "1", "3", "5"}) EXPECT_TRUE(fs::exists(folder / name));
}

TEST(Trajectory, BinaryFilesOfTheToolkit) {
  const TemporaryFolder temporary;
  const fs::path& root = temporary.path;
  const auto files = vot_files(root, "t", "baseline", "bag");
  // Version 1, two frames: code 1; rectangle 1, 2, 3, 4.
  const std::string bytes(
      "\1\0\2\0\0\0"
      "\0\1\0\0\0"
      "\1\0\0\x80\x3f\0\0\0\x40\0\0\x40\x40\0\0\x80\x40",
      28);
  write_file(root / "results/t/baseline/bag/bag_001.bin", bytes);
  Problems problems;
  const auto back = read_trajectory(files, "bag", problems).regions;
  ASSERT_EQ(back.size(), 2U);
  EXPECT_EQ(std::get<Special>(back[0]).code, 1);
  EXPECT_EQ(std::get<Box>(back[1]), (Box{1, 2, 3, 4}));
  write_file(root / "results/t/baseline/bag/bag_001.bin", bytes.substr(0, 20));
  EXPECT_THROW(read_trajectory(files, "bag", problems), Error);
}

TEST(Text, NumbersInOrderAndSeparators) {
  EXPECT_TRUE(natural_less("img/9.jpg", "img/10.jpg"));
  EXPECT_TRUE(natural_less("a1", "b1"));
  EXPECT_FALSE(natural_less("0002.jpg", "0002.jpg"));
  EXPECT_EQ(parse_numbers("1,2;3\t 4 +5")->size(), 5U);
  EXPECT_TRUE(std::isnan(parse_numbers("NaN")->front()));
  EXPECT_FALSE(parse_numbers("1,two"));
  EXPECT_EQ(fixed(0.1 + 0.2, 3), "0.300");
}

TEST(Text, NumbersDoNotDependOnTheLocale) {
  const siamtrack::testing::CommaLocale german;
  if (!german.works()) GTEST_SKIP() << "this C library has no locale with decimal commas";
  EXPECT_EQ(parse_numbers("1.5,2.25;1e-3"), (std::vector{1.5, 2.25, 1e-3}));
  EXPECT_EQ(fixed(1234.5, 2), "1234.50");
  EXPECT_DOUBLE_EQ(parse_range("penalty_k=0.01:0.2").high, 0.2);
  EXPECT_NE(gnuplot_script({"t", "x", "y", {{"a", {0, 1}, {0.5, 1}}}}, "out.svg").find(" 0.500000"),
            std::string::npos);
}

TEST(Plots, NamesCannotBecomeCommands) {
  const Plot plot{"it's", "x", "y", {{"a' ; system(\"ls\") #", {0, 1}, {0.5, 1}}}};
  const std::string script = gnuplot_script(plot, "out.svg");
  EXPECT_NE(script.find("set title 'it''s'"), std::string::npos);
  EXPECT_NE(script.find("title 'a'' ; system"), std::string::npos);
  EXPECT_NE(script.find("1.000000 1.000000"), std::string::npos);
}

TEST(Table, FirstColumnLeftOthersRight) {
  EXPECT_EQ(format_table({{"a", "b"}, {"ccc", "1"}}), "a    b\nccc  1\n");
}

TEST(Tune, RangesAndHalves) {
  const TuneRange range = parse_range("penalty_k=0.01:0.2");
  EXPECT_EQ(range.key, "penalty_k");
  EXPECT_DOUBLE_EQ(range.high, 0.2);
  EXPECT_DOUBLE_EQ(range.nearest(0.123456), 0.1235);
  const TuneRange whole = parse_range("looks=1:4:1");
  EXPECT_DOUBLE_EQ(whole.nearest(2.6), 3);
  EXPECT_DOUBLE_EQ(whole.nearest(4), 4);
  EXPECT_DOUBLE_EQ(parse_range("closer_instance_size=159:200:32").nearest(199), 191);
  for (const char* bad : {"penalty_k", "k=1", "k=2:1", "k=a:b", "k=1:2:-1", "k=1:2:3:4", "k=1,2"})
    EXPECT_THROW(parse_range(bad), Error) << bad;
  const std::vector<Sequence> five(5);
  EXPECT_EQ(half_of(five, 0).size(), 3U);
  EXPECT_EQ(half_of(five, 1).size(), 2U);
}

TEST(Tune, EveryTrackerKnowsTheDefaultRanges) {
  for (const Configuration& one : configurations()) {
    for (const TuneRange& range : default_ranges(one.metadata.at("architecture"))) {
      for (const double value : {range.low, range.high}) {
        nlohmann::json metadata = one.metadata;
        metadata["hyper_parameters"][range.key] = value;
        EXPECT_NO_THROW(network_figures(metadata)) << one.name << " " << range.key;
      }
    }
  }
}

}  // namespace
}  // namespace siamtrack::evaluation
