// SPDX-License-Identifier: LGPL-2.1-or-later
#include "evaluation/experiment.h"

#include <gtest/gtest.h>

#include <opencv2/imgcodecs.hpp>

#include "evaluation/table.h"
#include "evaluation/text.h"
#include "experiments.h"
#include "siamtrack/error.h"

namespace siamtrack::evaluation {
namespace {

using siamtrack::testing::Experiments;
using siamtrack::testing::FixedFactory;

TEST_F(Experiments, OneAnnotatedFrameIsRunButNotScored) {
  Sequence first_only = sequence("test-split", 3);
  first_only.ground_truth[1] = first_only.ground_truth[2] = Special{0};
  const auto outcome = evaluate({"ope"}, {first_only, sequence("wide", 3, {10, 10, 80, 80})});
  EXPECT_TRUE(exists("ope/made/fixed/test-split.txt"));
  const auto& overall = outcome.report["experiments"]["ope"]["fixed"]["overall"];
  EXPECT_EQ(overall["sequences"], 1);
  EXPECT_LT(overall["auc"], 0.5);
  ASSERT_EQ(outcome.problems.size(), 1U);
  EXPECT_EQ(outcome.problems[0].sequence, "test-split");
  EXPECT_TRUE(evaluate({"ope"}, {first_only}).report["experiments"].empty());
}

TEST_F(Experiments, TwoTrackersOfOneNameAreRefused) {
  Campaign campaign;
  campaign.folder = root_;
  campaign.trackers = {std::make_shared<FixedFactory>("1"), std::make_shared<FixedFactory>("2")};
  EXPECT_THROW(run_campaign(campaign), Error);
}

TEST_F(Experiments, AnotherVersionForgetsTheResultsOfAllExperimentsAndSequences) {
  evaluate({"ope", "tre", "supervised"}, {sequence("a", 3), sequence("b", 3)});
  write_file(root_ / "ope/made/other/a.txt", "1,2,3,4\n");
  evaluate({"ope"}, {sequence("a", 3)}, "2");
  EXPECT_TRUE(exists("ope/made/fixed/a.txt"));
  EXPECT_TRUE(exists("ope/made/other/a.txt"));
  EXPECT_FALSE(exists("ope/made/fixed/b.txt"));
  EXPECT_FALSE(exists("tre/made/fixed"));
  EXPECT_FALSE(exists("vot/made/results/fixed"));
}

TEST_F(Experiments, EveryClockHasResultsOfItsOwn) {
  const auto fps_told = [&] {
    const auto outcome = evaluate({"realtime"}, {sequence("a", 12)});
    return outcome.report["experiments"]["realtime"]["fixed"]["overall"]["realtime_fps"];
  };
  EXPECT_EQ(fps_told(), 20);
  EXPECT_TRUE(exists("vot/made/results/fixed/realtime/a/a_001.txt"));
  options_.realtime_fps = 29.97;
  EXPECT_EQ(fps_told(), 29.97);
  EXPECT_TRUE(exists("vot/made/results/fixed/realtime-29.970/a/a_001.txt"));
}

TEST_F(Experiments, OptionsOutsideTheirRangesAreRefusedBeforeAnyRun) {
  const auto refused = [](ExperimentOptions options) {
    EXPECT_THROW(make_experiment("supervised", options), Error);
  };
  refused({.vot_year = 2020});
  refused({.eao_high = 300});
  refused({.eao_low = 100});
  refused({.eao_low = 300, .eao_high = 100});
  refused({.eao_low = -5, .eao_high = 100});
  refused({.realtime_fps = 0});
  EXPECT_NO_THROW(make_experiment("supervised", {.eao_low = 100, .eao_high = 100}));
}

TEST_F(Experiments, UnsupervisedListsBeginWithTheFirstFrame) {
  Sequence late = sequence("late", 5);
  late.ground_truth[0] = late.ground_truth[1] = Special{0};
  evaluate({"unsupervised"}, {late});
  const auto folder = root_ / "vot/made/results/fixed/unsupervised/late";
  const auto regions = read_lines(folder / "late_001.txt");
  ASSERT_EQ(regions.size(), 5U);
  EXPECT_EQ(regions[1], "0");
  EXPECT_EQ(regions[2], "1");
  EXPECT_EQ(read_lines(folder / "late_001_time.value").size(), 5U);
  EXPECT_EQ(read_lines(folder / "late_001_confidence.value"),
            (std::vector<std::string>{"nan", "nan", "nan", "0.125000", "0.250000"}));
}

TEST_F(Experiments, UnsupervisedBurnsOneFrameInWhereThereAreAnchors) {
  // Off target up to frame 5, on it from there on.
  Sequence moved = sequence("moved", 11);
  for (int i = 1; i < 5; ++i) moved.ground_truth[i] = Box{70, 70, 20, 20};
  const auto accuracy = [&] {
    const auto outcome = evaluate({"unsupervised"}, {moved});
    return outcome.report["experiments"]["unsupervised"]["fixed"]["overall"]["accuracy_python"];
  };
  EXPECT_EQ(accuracy(), 1);
  moved.anchors.assign(11, 0);
  EXPECT_EQ(accuracy(), 0.6);
}

TEST_F(Experiments, MultistartKeepsTheToolkitsFilesAndLeavesMissingSequencesOut) {
  Sequence a = sequence("a", 20), b = sequence("b", 20);
  a.anchors.assign(20, 0);
  a.anchors[0] = 1;
  a.anchors[19] = -1;
  b.anchors = a.anchors;
  evaluate({"multistart"}, {a});
  EXPECT_TRUE(exists("vot/made/results/fixed/baseline/a/a_00000000.txt"));
  EXPECT_TRUE(exists("vot/made/results/fixed/baseline/a/a_00000019.txt"));
  Problems problems;
  const auto scores = make_experiment("multistart", options_)->score("fixed", {a, b}, problems);
  EXPECT_EQ(problems.size(), 2U);
  EXPECT_EQ(scores["overall"]["robustness"], 1);
}

TEST_F(Experiments, OverlapsOfVot2015AreNotBounded) {
  // Half of both lies outside the frame, where they differ.
  Sequence edge = sequence("edge", 30, {-10, 10, 20, 20});
  evaluate({"supervised"}, {edge});
  Trajectory run;
  run.regions.assign(30, Box{-20, 10, 30, 20});
  run.regions[0] = Special{1};
  write_trajectory(vot_files(root_ / "vot" / "made", "fixed", "baseline", "edge"), run);
  const auto overall = [&](int year) {
    options_.vot_year = year;
    Problems problems;
    return make_experiment("supervised", options_)->score("fixed", {edge}, problems)["overall"];
  };
  EXPECT_EQ(overall(2016)["accuracy_exact"], 1);
  EXPECT_NEAR(overall(2015)["accuracy_exact"], 2.0 / 3, 1e-6);
  EXPECT_EQ(overall(2015)["accuracy_python"], overall(2016)["accuracy_python"]);
}

TEST_F(Experiments, EveryDataSetHasMeasuresOfItsOwnInReportAndTable) {
  Sequence got = sequence("got", 4), masked = sequence("masked", 4, {10, 10, 10, 20});
  got.dataset = "GOT-10k";
  cv::Mat mask = cv::Mat::zeros(100, 100, CV_8UC1);
  mask(cv::Rect(10, 10, 10, 20)) = 255;
  cv::imwrite((root_ / "mask.png").string(), mask);
  masked.masks.assign(4, (root_ / "mask.png").string());
  masked.masks[2].clear();  // a picture without a mask, told by the reader
  evaluate({"ope"}, {got, masked});
  write_file(root_ / "ope/made/fixed/masks/masked.txt",
             "0\nm10,10,10,20,0,200\nm10,10,10,20,0,200\nm10,10,10,20,0,200\n");
  const auto outcome = evaluate({"ope"}, {got, masked});
  EXPECT_TRUE(outcome.problems.empty());
  const auto& trackers = outcome.report["experiments"]["ope"];
  const auto& result = trackers["fixed"];
  EXPECT_EQ(result["datasets"]["GOT-10k"]["got10k_ao"], 1);
  EXPECT_EQ(result["datasets"]["made"]["got10k_ao"], 0.5);
  EXPECT_EQ(result["overall"]["got10k_ao"], 0.75);
  EXPECT_FALSE(result["datasets"]["GOT-10k"].contains("mask_j"));
  EXPECT_EQ(result["datasets"]["made"]["mask_j"], 1);
  EXPECT_EQ(result["overall"]["mask_j"], 1);
  const auto rows = summary_rows("ope", trackers);
  const std::vector<std::string> heads(rows[0].begin(), rows[0].begin() + 5);
  EXPECT_EQ(heads, (std::vector<std::string>{"tracker", "GOT-10k AUC/P20", "GOT-10k AO/SR50/SR75",
                                             "made AUC/P20", "made J/F"}));
  EXPECT_EQ(rows[1][2], "1.000 / 1.000 / 1.000");
  EXPECT_EQ(rows[1][4], "1.000 / 1.000");
}

}  // namespace
}  // namespace siamtrack::evaluation
