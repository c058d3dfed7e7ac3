// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/trainer.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "nn/safetensors.h"
#include "siamtrack/error.h"
#include "siamtrack/model.h"
#include "tiny_run.h"
#include "training/loss_plot.h"
#include "training/siamfc_task.h"

namespace siamtrack::training {
namespace {

using siamtrack::testing::expect_equal;
using siamtrack::testing::TinyTask;
using TrainerTest = siamtrack::testing::TinyRun;

TEST_F(TrainerTest, ResumedEqualsUninterrupted) {
  for (const std::string kind : {"sgd", "adamw"}) {
    recipe_.optimiser.kind = kind;
    recipe_.unfreeze = {{0.5, 1}};
    recipe_.micro_batch = kind == "sgd" ? 1 : 0;
    const Checkpoint whole = run(kind + "-whole");
    EXPECT_EQ(run(kind + "-legs", 7).step, 7);
    EXPECT_EQ(run(kind + "-legs", 10).step, 10);  // just before the unfreezing
    EXPECT_EQ(run(kind + "-legs", 13).step, 13);
    const Checkpoint legs = run(kind + "-legs");
    EXPECT_EQ(legs.step, 20);
    expect_equal(legs.weights, whole.weights);
    expect_equal(legs.average, whole.average);
    EXPECT_NE(whole.weights.at("b.weight").item<float>(), 0) << "not unfrozen";
  }
}

TEST_F(TrainerTest, MoreThreadsOfTheLoaderChangeNothing) {
  const PairSource pairs(std::make_shared<Cache>(tree_.path("cache")), recipe_.pairs, 1);
  TrainOptions options;
  options.folder = tree_.path("threads");
  options.loader_threads = 4;
  recipe_.micro_batch = 1;
  expect_equal(train(TinyTask(), recipe_, batches(pairs), options).weights, run("one").weights);
}

TEST_F(TrainerTest, ADivergedRunEndsAndKeepsTheLastCheckpoint) {
  recipe_.average = 0;
  run("run", 2);
  recipe_.optimiser.schedule = {"log", 1e30, 1e30, 0, 0};
  try {
    run("run");
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("expected a finite loss"), std::string::npos)
        << error.what();
  }
  recipe_.optimiser.schedule = {"log", 1e-2, 1e-3, 0, 0};
  EXPECT_EQ(run("run").step, recipe_.steps());
}

TEST_F(TrainerTest, StopsWhenAskedAndKeepsACheckpoint) {
  const PairSource pairs(std::make_shared<Cache>(tree_.path("cache")), recipe_.pairs, 1);
  const std::atomic<bool> stop = true;
  TrainOptions options;
  options.folder = tree_.path("stopped");
  options.stop = &stop;
  EXPECT_EQ(train(TinyTask(), recipe_, batches(pairs), options).step, 0);
  EXPECT_TRUE(std::filesystem::exists(tree_.path("stopped/checkpoint.pt")));
  EXPECT_EQ(nn::read_model_file(tree_.path("stopped/model.safetensors"))
                .metadata.at("training")
                .at("pairs"),
            0);
}

/// A task whose loss leaps at its third step.
class LeapingTask final : public TinyTask {
 public:
  StepLoss loss(const nn::Weights& weights, const Batch& batch, double progress) const override {
    StepLoss loss = TinyTask::loss(weights, batch, progress);
    if (progress == 0.1) loss.total = loss.total * 1e9;
    return loss;
  }
};

TEST_F(TrainerTest, MakesNoStepFromAnAbsurdLoss) {
  const PairSource pairs(std::make_shared<Cache>(tree_.path("cache")), recipe_.pairs, 1);
  TrainOptions options;
  options.folder = tree_.path("leaping");
  Progress last;
  options.report = [&](const Progress& progress) { last = progress; };
  const Checkpoint end = train(LeapingTask(), recipe_, batches(pairs), options);
  EXPECT_EQ(end.step, 20);
  EXPECT_EQ(last.skipped, 1);
  EXPECT_TRUE(std::isfinite(last.losses.at(0).second));
  EXPECT_TRUE(std::isfinite(end.weights.at("a.weight").sum().item<double>()));
}

TEST_F(TrainerTest, ReportsWhatAStartFileLacks) {
  run("first", 2);
  const PairSource pairs(std::make_shared<Cache>(tree_.path("cache")), recipe_.pairs, 1);
  TrainOptions options;
  options.folder = tree_.path("second");
  options.initial = tree_.path("first/model.safetensors");
  options.stop_at = 1;
  Imported found;
  options.imported = [&](const Imported& imported) { found = imported; };
  train(TinyTask(), recipe_, batches(pairs), options);
  EXPECT_EQ(found.taken, 1);
  EXPECT_EQ(found.missing, std::vector<std::string>{"b.weight"});
}

TEST_F(TrainerTest, DrawsTheLossCurve) {
  if (std::system("command -v gnuplot >/dev/null") != 0) GTEST_SKIP() << "needs gnuplot";
  run("it's a run");
  ASSERT_TRUE(plot_losses(tree_.path("it's a run")));
  EXPECT_GT(std::filesystem::file_size(tree_.path("it's a run/losses.png")), 1000U);
}

TEST_F(TrainerTest, RefusesACheckpointOfAnotherNetwork) {
  run("run", 2);
  recipe_.architecture = "other";
  try {
    run("run");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kModelInvalid);
    EXPECT_NE(std::string(error.what()).find("expected network other"), std::string::npos);
  }
}

/// TinyTask with another shape.
class WiderTask final : public TinyTask {
 public:
  nn::Weights initial_weights(std::uint64_t) const override {
    return {{"a.weight", at::zeros({3})}, {"b.weight", at::zeros({1})}};
  }
};

TEST_F(TrainerTest, RefusesACheckpointOfAnotherRecipe) {
  run("run", 2);
  const std::string file = "checkpoint " + tree_.path("run/checkpoint.pt");
  const auto refusal = [&](const Task& task) -> std::string {
    const PairSource pairs(std::make_shared<Cache>(tree_.path("cache")), recipe_.pairs, 1);
    TrainOptions options;
    options.folder = tree_.path("run");
    try {
      train(task, recipe_, batches(pairs), options);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kModelInvalid);
      return error.what();
    }
    return "accepted";
  };
  EXPECT_EQ(refusal(WiderTask()), file + ": a.weight: expected [3], found [2]");
  recipe_.epochs = 1;
  recipe_.pairs_per_epoch = recipe_.batch;
  EXPECT_EQ(refusal(TinyTask()), file + ": recipe tiny: steps: expected at most 1, found 2");
  recipe_.name = "another";
  EXPECT_EQ(refusal(TinyTask()), file + ": recipe: expected another, found tiny");
}

TEST_F(TrainerTest, KeepsWhatWasLearntWhenABatchCannotBeMade) {
  const PairSource pairs(std::make_shared<Cache>(tree_.path("cache")), recipe_.pairs, 1);
  TrainOptions options;
  options.folder = tree_.path("run");
  const MakeBatch broken = [&](std::int64_t first, int count) {
    if (first >= 10) throw Error(ErrorCode::kIo, "broken");
    return pairs.batch(first, count);
  };
  EXPECT_THROW(train(TinyTask(), recipe_, broken, options), Error);
  EXPECT_EQ(read_checkpoint(tree_.path("run/checkpoint.pt"), "tiny ").step, 5);
  expect_equal(run("run").weights, run("whole").weights);
}

TEST_F(TrainerTest, GoesOnWhenACheckpointByTimeFails) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "needs /dev/full";
  const PairSource pairs(std::make_shared<Cache>(tree_.path("cache")), recipe_.pairs, 1);
  recipe_.unfreeze = {{0.5, 1}};
  std::vector<std::string> notices;
  TrainOptions options;
  options.folder = tree_.path("run");
  options.checkpoint_every = 0;
  options.notice = [&](const std::string& text) { notices.push_back(text); };
  std::filesystem::create_directories(tree_.path("run"));
  std::filesystem::create_symlink("/dev/full", tree_.path("run/checkpoint.pt.part"));
  EXPECT_EQ(train(TinyTask(), recipe_, batches(pairs), options).step, recipe_.steps());
  ASSERT_EQ(notices.size(), 1U) << "once: the next one is written";
  EXPECT_FALSE(std::filesystem::exists(tree_.path("run/checkpoint.pt.part")));
  options.initial = tree_.path("run/model.safetensors");
  train(TinyTask(), recipe_, batches(pairs), options);
  EXPECT_NE(notices.back().find("not read"), std::string::npos);
}

TEST_F(TrainerTest, NamesADamagedCheckpointAndAFullDisk) {
  run("run", 2);
  std::filesystem::resize_file(tree_.path("run/checkpoint.pt"), 200);
  EXPECT_THROW(run("run"), Error);
  if (!std::filesystem::exists("/dev/full")) return;
  std::filesystem::create_directories(tree_.path("full"));
  std::filesystem::create_symlink("/dev/full", tree_.path("full/checkpoint.pt.part"));
  EXPECT_THROW(run("full", 2), Error);
}

TEST_F(TrainerTest, SiamFcLearnsAndItsModelLoads) {
  recipe_.architecture = "siamfc+";
  recipe_.backbone = "ciresnet22h";
  recipe_.input_mean = 115;
  recipe_.input_scale = 58;
  recipe_.loss = {16, 0.2, 1.2e-4, true};
  recipe_.optimiser.kind = "adamw";
  recipe_.epochs = 1;
  recipe_.pairs_per_epoch = 12;
  const SiamFcTask task(recipe_);
  const PairSource pairs(std::make_shared<Cache>(tree_.path("cache")), recipe_.pairs, 1);
  TrainOptions options;
  options.folder = tree_.path("siamfc");
  const Checkpoint end = train(task, recipe_, batches(pairs), options);
  EXPECT_EQ(end.step, 6);
  const auto model = Model::load(tree_.path("siamfc/model.safetensors"));
  EXPECT_EQ(model->info().backbone, "ciresnet22h");
  EXPECT_NEAR(static_cast<double>(model->info().parameters), 366e3, 2e3);
}

}  // namespace
}  // namespace siamtrack::training
