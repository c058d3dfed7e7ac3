// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/progress_log.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "siamtrack/error.h"
#include "tiny_run.h"

namespace siamtrack::training {
namespace {

using siamtrack::testing::content;
using siamtrack::testing::SmallTree;
using siamtrack::testing::TinyTask;

namespace fs = std::filesystem;

const std::string kHead = "# pairs\trate\tpairs_per_second\tloader_idle\tloss\n";
const std::string kCurve = kHead + "2\t1\t1\t0\t9\n4\t1\t1\t0\t8\n6\t1\t1\t0\t7\n";

Recipe pairs_of_two() {
  Recipe recipe;
  recipe.batch = 2;
  return recipe;
}

void start(const SmallTree& tree, std::int64_t step) {
  ProgressLog(tree.path()).start(step, pairs_of_two());
}

TEST(ProgressLog, DropsWhatTheRunHasNotSeenAndHalfALine) {
  const SmallTree tree;
  tree.text("losses.tsv", kCurve + "8\t1\t1");
  start(tree, 2);
  EXPECT_EQ(content(tree.path("losses.tsv")), kCurve.substr(0, kCurve.find("6\t1")));
  tree.text("losses.tsv", kCurve + "8\t1\t1");
  start(tree, 9);
  EXPECT_EQ(content(tree.path("losses.tsv")), kCurve);
  EXPECT_FALSE(fs::exists(tree.path("losses.tsv.part")));
}

TEST(ProgressLog, AFullDiskLosesNoLine) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "needs /dev/full";
  const SmallTree tree;
  tree.text("losses.tsv", kCurve);
  fs::create_symlink("/dev/full", tree.path("losses.tsv.part"));
  start(tree, 3);  // nothing to drop: nothing is written
  EXPECT_TRUE(fs::is_symlink(tree.path("losses.tsv.part")));
  EXPECT_THROW(start(tree, 1), Error);
  EXPECT_EQ(content(tree.path("losses.tsv")), kCurve);
}

TEST(ProgressLog, BeginsWithTheFirstLossThatIsUseful) {
  const SmallTree tree;
  ProgressLog log(tree.path());
  Progress progress;
  log.write(progress);
  EXPECT_FALSE(fs::exists(tree.path("losses.tsv")));
  progress.losses = {{"loss", 9}};
  log.write(progress);
  EXPECT_TRUE(content(tree.path("losses.tsv")).starts_with(kHead));
}

TEST(ProgressLog, ALineThatCannotBeWrittenComesWithTheNext) {
  const SmallTree tree;
  const std::string file = tree.path("losses.tsv");
  ProgressLog log(tree.path());
  log.start(0, pairs_of_two());
  Progress progress;
  progress.losses = {{"loss", 9}};
  fs::create_directory(file);
  progress.pairs = 2;
  EXPECT_THROW(log.write(progress), Error);
  fs::remove(file);
  progress.pairs = 4;
  log.write(progress);
  progress.pairs = 6;
  log.write(progress);
  EXPECT_EQ(content(file), kHead + "2\t0\t0\t0\t9\n4\t0\t0\t0\t9\n6\t0\t0\t0\t9\n");
}

using CurveOfARun = siamtrack::testing::TinyRun;

TEST_F(CurveOfARun, IsNoReasonToEndTheRun) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "needs /dev/full";
  run("run", 2);
  tree_.text("run/losses.tsv", kCurve);
  fs::create_symlink("/dev/full", tree_.path("run/losses.tsv.part"));
  const PairSource pairs(std::make_shared<Cache>(tree_.path("cache")), recipe_.pairs, 1);
  std::vector<std::string> notices;
  TrainOptions options;
  options.folder = tree_.path("run");
  options.notice = [&](const std::string& text) { notices.push_back(text); };
  EXPECT_EQ(train(TinyTask(), recipe_, batches(pairs), options).step, recipe_.steps());
  ASSERT_EQ(notices.size(), 1U);
  EXPECT_NE(notices.front().find("losses.tsv.part: writing failed"), std::string::npos);
  EXPECT_TRUE(content(tree_.path("run/losses.tsv")).starts_with(kCurve));
}

}  // namespace
}  // namespace siamtrack::training
