// SPDX-License-Identifier: LGPL-2.1-or-later
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "siamtrack/error.h"
#include "siamtrack/model.h"
#include "small_tree.h"
#include "training/measure.h"
#include "training/optimiser.h"
#include "training/rpn_task.h"

namespace siamtrack::training {
namespace {

using siamtrack::testing::SmallTree;

TEST(Optimiser, FactorsScaleTheStep) {
  OptimiserRecipe recipe;
  recipe.momentum = recipe.weight_decay = 0;  // a step is rate x factor x gradient
  const at::Tensor slow = at::zeros({1}).requires_grad_(), quick = at::zeros({1}).requires_grad_();
  Optimiser optimiser(recipe, {{slow, 0.1}, {quick, 1}});
  (2 * slow + 2 * quick).sum().backward();
  optimiser.step(0.5);
  EXPECT_FLOAT_EQ(slow.item<float>(), -0.1F);
  EXPECT_FLOAT_EQ(quick.item<float>(), -1);
}

/// A short run of SiamRPN+ on a small cache.
class RpnTraining : public ::testing::Test {
 protected:
  RpnTraining() {
    tree_.plain_cache();
    recipe_.architecture = "siamrpn+";
    recipe_.backbone = "ciresnet22h";
    recipe_.input_mean = 115;
    recipe_.input_scale = 58;
    recipe_.optimiser.kind = "adamw";
    recipe_.optimiser.schedule = {"log", 1e-2, 1e-3, 0, 0};
    recipe_.rpn.mean_correlation = true;
    recipe_.pairs.negative = 0.3;
    recipe_.unfreeze = {{0, 2}, {0.5, 9}};
    recipe_.epochs = 1;
    recipe_.pairs_per_epoch = 8;
    recipe_.batch = 2;
    pairs_ = std::make_unique<PairSource>(std::make_shared<Cache>(tree_.path("cache")),
                                          recipe_.pairs, 1);
  }

  MakeBatch make() const {
    return [this](std::int64_t first, int count) { return pairs_->batch(first, count); };
  }

  SmallTree tree_;
  Recipe recipe_;
  std::unique_ptr<PairSource> pairs_;
};

TEST_F(RpnTraining, ResumesExactlyAndItsModelLoads) {
  const RpnTask task(recipe_);
  const auto leg = [&](const char* folder, std::int64_t stop_at) {
    TrainOptions options;
    options.folder = tree_.path(folder);
    options.threads = 2;
    options.stop_at = stop_at;
    return train(task, recipe_, make(), options);
  };
  const Checkpoint whole = leg("whole", -1);
  EXPECT_EQ(leg("legs", 1).step, 1);
  EXPECT_EQ(leg("legs", 2).step, 2);
  const Checkpoint legs = leg("legs", -1);
  EXPECT_EQ(legs.step, 4);
  for (const auto& [key, tensor] : legs.weights) {
    EXPECT_TRUE(at::equal(tensor, whole.weights.at(key))) << key;
  }
  EXPECT_EQ(Model::load(tree_.path("whole/model.safetensors"))->info().architecture, "siamrpn+");
}

TEST_F(RpnTraining, MeasuresWhereTheTimeGoes) {
  recipe_.unfreeze.clear();
  constexpr double kDelay = 0.05;
  const MakeBatch slow = [&](std::int64_t first, int count) {
    std::this_thread::sleep_for(std::chrono::duration<double>(kDelay));
    return pairs_->batch(first, count);
  };
  const StepTime time = measure_step(RpnTask(recipe_), recipe_, slow, {}, 2);
  EXPECT_GE(time.loader, kDelay);
  EXPECT_GT(time.network, 0);
  EXPECT_GT(time.step, 0);
  EXPECT_GE(time.waiting, 0);
  EXPECT_LE(time.waiting, 1);
  EXPECT_THROW(measure_step(RpnTask(recipe_), recipe_, slow, {}, 3), Error);
}

}  // namespace
}  // namespace siamtrack::training
