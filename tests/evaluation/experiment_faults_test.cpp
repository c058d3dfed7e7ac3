// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include <algorithm>

#include "evaluation/html_report.h"
#include "evaluation/text.h"
#include "evaluation/tune.h"
#include "experiments.h"

namespace siamtrack::evaluation {
namespace {

using siamtrack::testing::Experiments;
using siamtrack::testing::FixedFactory;

TEST_F(Experiments, AStartThatCannotBeReadLosesItsOwnCourseOnly) {
  Sequence a = sequence("a", 40);
  a.images[2] = (root_ / "gone.png").string();  // the third start of TRE
  a.anchors.assign(40, 0);
  a.anchors[2] = 1;
  a.anchors[39] = -1;
  const auto outcome = evaluate({"tre", "multistart"}, {a});
  EXPECT_TRUE(exists("tre/made/fixed/a_2.txt"));
  EXPECT_FALSE(exists("tre/made/fixed/a_3.txt"));
  EXPECT_TRUE(exists("tre/made/fixed/a_4.txt"));
  EXPECT_FALSE(exists("vot/made/results/fixed/baseline/a/a_00000002.txt"));
  EXPECT_TRUE(exists("vot/made/results/fixed/baseline/a/a_00000039.txt"));
  std::vector<std::string> told;
  for (const Problem& problem : outcome.problems) {
    EXPECT_EQ(problem.sequence, "a");
    if (problem.text.find("first frame") != std::string::npos) told.push_back(to_string(problem));
  }
  ASSERT_EQ(told.size(), 2U) << "each once";
  EXPECT_NE(told[0].find("a_3.txt"), std::string::npos) << told[0];
  EXPECT_NE(told[0].find("gone.png"), std::string::npos) << told[0];
  EXPECT_NE(told[1].find("a_00000002.txt"), std::string::npos) << told[1];
}

TEST_F(Experiments, TuneGoesOnBehindASequenceThatCannotBeRead) {
  Sequence broken = sequence("broken", 3);
  broken.images[0] = (root_ / "gone.png").string();
  const TrialFactory factory = [](const nlohmann::json&) {
    return std::make_unique<FixedFactory>();
  };
  TuneOptions options;
  options.trials = 1;
  options.cache = root_ / "cache";
  const auto outcome = tune(factory, {broken, sequence("good", 3)}, options);
  EXPECT_GT(outcome.trials[0].score, 0.9);
  ASSERT_EQ(outcome.problems.size(), 1U);
  EXPECT_EQ(outcome.problems[0].sequence, "broken");
  EXPECT_NE(outcome.problems[0].text.find("gone.png"), std::string::npos);
}

TEST_F(Experiments, ASequenceWithoutAnyBoxEndsNoExperiment) {
  const auto outcome =
      evaluate({"tre", "sre", "supervised"}, {sequence("none", 3, no_box()), sequence("good", 3)});
  EXPECT_TRUE(exists("sre/made/fixed/good_12.txt"));
  EXPECT_GT(outcome.report["experiments"]["sre"]["fixed"]["overall"]["auc"], 0.9);
  EXPECT_EQ(outcome.report["experiments"]["sre"]["fixed"]["sequences"].size(), 1U);
  ASSERT_EQ(outcome.problems.size(), 1U);
  EXPECT_EQ(outcome.problems[0].sequence, "none");
}

TEST_F(Experiments, AVideoThatCannotBeOpenedEndsNoExperiment) {
  Sequence broken = sequence("broken", 30);
  broken.images.clear();
  broken.video = (root_ / "broken.mp4").string();
  write_file(broken.video, "no video");
  broken.size = {};
  broken.anchors.assign(30, 0);
  broken.anchors[0] = 1;
  Sequence good = sequence("good", 30);
  good.anchors = broken.anchors;
  const std::vector<std::string> names = {"sre", "supervised", "realtime", "unsupervised",
                                          "multistart"};
  const auto outcome = evaluate(names, {broken, good});
  for (const std::string& name : names) {
    EXPECT_TRUE(outcome.report["experiments"][name].contains("fixed")) << name;
  }
  EXPECT_GE(outcome.problems.size(), names.size());
  for (const Problem& problem : outcome.problems) EXPECT_EQ(problem.sequence, "broken");
}

TEST_F(Experiments, ADamagedResultEndsNoExperiment) {
  Sequence damaged = sequence("damaged", 30);
  damaged.anchors.assign(30, 0);
  damaged.anchors[0] = 1;
  Sequence good = damaged;
  good.name = "good";
  evaluate({"multistart"}, {damaged, good});
  const auto result = root_ / "vot/made/results/fixed/baseline/damaged/damaged_00000000.txt";
  std::filesystem::remove(result);
  write_file(std::filesystem::path(result).replace_extension(".bin"), "cut");
  const auto experiment = make_experiment("multistart", options_);
  Problems problems;
  const auto scores = experiment->score("fixed", {damaged, good}, problems);
  EXPECT_EQ(scores["overall"]["accuracy"],
            experiment->score("fixed", {good}, problems)["overall"]["accuracy"]);
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].sequence, "damaged");
}

TEST_F(Experiments, ReportsTakeNamesThatMeanSomethingInJsonPointers) {
  const Sequence a = sequence("a~b/c", 3);
  auto report = evaluate({"ope"}, {a}).report;
  report["experiments"]["ope"]["run~1/x"] = report["experiments"]["ope"]["fixed"];
  Problems problems;
  write_html_report(root_, report, {"fixed", "run~1/x"}, {a}, problems);
  const auto lines = read_lines(root_ / "report.html");
  const auto row = std::ranges::find_if(
      lines, [](const std::string& line) { return line.find("made/a~b/c") != std::string::npos; });
  ASSERT_NE(row, lines.end());
  EXPECT_EQ(row->find(">-<"), std::string::npos) << *row;
}

TEST_F(Experiments, RestartsLeaveAbsentFramesOut) {
  Sequence hidden = sequence("hidden", 24);
  hidden.absent.assign(24, false);
  for (std::size_t i = 12; i < 24; ++i) {
    hidden.ground_truth[i] = Box{70, 70, 20, 20};
    hidden.absent[i] = true;
  }
  const auto report = evaluate({"tre", "sre"}, {hidden}).report["experiments"];
  for (const char* name : {"tre", "sre"}) {
    EXPECT_EQ(report[name]["fixed"]["overall"]["success_50"], 1) << name;
  }
}

TEST_F(Experiments, NamesThatAreNotUtf8KeepTheirResults) {
  const std::string version = "1 of model \xfc";
  evaluate({"ope"}, {sequence("a", 3), sequence("b", 3)}, version);
  evaluate({"ope"}, {sequence("a", 3)}, version);
  EXPECT_TRUE(exists("ope/made/fixed/b.txt"));
  evaluate({"ope"}, {sequence("a", 3)}, "2 of model \xfc");
  EXPECT_FALSE(exists("ope/made/fixed/b.txt"));
}

}  // namespace
}  // namespace siamtrack::evaluation
