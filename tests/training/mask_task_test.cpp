// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/mask_task.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "outlined_batch.h"
#include "task_checks.h"

namespace siamtrack::training {
namespace {

using siamtrack::testing::outlined_batch;

Recipe recipe_of_stage(int stage) {
  Recipe recipe;
  recipe.architecture = "siammask";
  recipe.backbone = "resnet50-layer3";
  recipe.mask.refine = stage == 2;
  recipe.pairs.instance_size = stage == 2 ? 143 : 255;
  if (stage == 2) recipe.unfreeze = {{0, 0}};
  return recipe;
}

nn::Weights trained_weights(const Task& task) {
  nn::Weights weights = task.initial_weights(1);
  trained_parameters(task, weights, 0);
  return weights;
}

bool learns(const at::Tensor& tensor) {
  return tensor.grad().defined() && tensor.grad().abs().max().item<double>() > 0;
}

class MaskStages : public ::testing::TestWithParam<int> {};

TEST_P(MaskStages, TrainsWhatItShouldAndItsModelTracks) {
  const MaskTask task(recipe_of_stage(GetParam()));
  const bool first = GetParam() == 1;
  const nn::Weights weights = trained_weights(task);
  const Batch batch = outlined_batch(2, first ? 255 : 143);
  const StepLoss loss = task.loss(weights, batch, 0);
  ASSERT_TRUE(std::isfinite(loss.total.item<double>()));
  EXPECT_EQ(loss.parts.back().first, "mask");
  EXPECT_GT(loss.parts.back().second.item<double>(), 0);
  loss.total.backward();
  EXPECT_TRUE(learns(weights.at("mask_head.conv_kernel.0.weight")));
  for (const char* key :
       {"mask_head.head.3.weight", "rpn_head.cls.head.3.weight",
        "neck.downsample.downsample.0.weight", "backbone.layer3.0.conv1.weight"}) {
    EXPECT_EQ(learns(weights.at(key)), first) << key;
  }
  for (const char* key : {"refine_head.v0.0.weight", "refine_head.deconv.weight"}) {
    EXPECT_EQ(weights.contains(key), !first) << key;
    if (!first) {
      EXPECT_TRUE(learns(weights.at(key))) << key;
    }
  }
  const at::Tensor& statistic = weights.at("backbone.layer3.0.bn1.running_mean");
  EXPECT_EQ(statistic.abs().max().item<double>() > 0, first) << "the rest stands still";
  siamtrack::testing::expect_model_tracks(task, weights);
}

INSTANTIATE_TEST_SUITE_P(Both, MaskStages, ::testing::Values(1, 2));

TEST(MaskTask, WithoutAnyKnownMaskNothingIsLearntOfIt) {
  const MaskTask task(recipe_of_stage(2));
  const nn::Weights weights = trained_weights(task);
  Batch batch = outlined_batch(2, 143);
  batch.outlined = {false, false};
  const StepLoss loss = task.loss(weights, batch, 0);
  EXPECT_EQ(loss.parts.back().second.item<double>(), 0);
  loss.total.backward();
  EXPECT_FALSE(learns(weights.at("mask_head.conv_search.0.weight")));
}

TEST(MaskTask, TheSecondStageGoesOnFromTheFirst) {
  const MaskTask first(recipe_of_stage(1)), second(recipe_of_stage(2));
  nn::Weights weights = second.initial_weights(2);
  const nn::Weights model = first.export_weights(first.initial_weights(1));
  const Imported imported = second.import_weights({model, first.metadata(model)}, weights);
  EXPECT_EQ(imported.taken, static_cast<int>(model.size()));
  EXPECT_EQ(imported.missing.size(), 32U);  // the refinement's
  for (const std::string& key : imported.missing) EXPECT_TRUE(key.starts_with("refine_")) << key;
}

TEST(MaskTask, LearnsAHandfulOfMasks) {
  Recipe recipe = recipe_of_stage(2);
  recipe.optimiser.kind = "adamw";
  const MaskTask task(recipe);
  const Batch batch = outlined_batch(2, 143);
  const auto [first, last] =
      siamtrack::testing::losses_of_steps(task, recipe.optimiser, batch, 8, 2e-3);
  EXPECT_LT(last, 0.7 * first);
}

TEST(MaskTask, RunsInBfloat16) {
  siamtrack::testing::expect_runs_in_bfloat16([](const Recipe& made) { return MaskTask(made); },
                                              recipe_of_stage(2), outlined_batch(2, 143));
}

TEST(MaskTask, TrainsThreeLevels) {
  Recipe recipe = recipe_of_stage(2);
  recipe.architecture = "siammask++";
  recipe.backbone = "resnet50-all";
  const MaskTask task(recipe);
  const nn::Weights weights = trained_weights(task);
  task.loss(weights, outlined_batch(2, 143), 0).total.backward();
  for (const char* key : {"mask_head.mask2.head.3.weight", "mask_head.mask4.conv_kernel.0.weight",
                          "mask_head.mask_weight", "refine_head.deconv.weight"}) {
    EXPECT_TRUE(learns(weights.at(key))) << key;
  }
  EXPECT_EQ(task.metadata(weights).at("architecture"), "siammask++");
}

TEST(MaskTask, NamesAnotherArchitecture) {
  Recipe recipe = recipe_of_stage(1);
  recipe.architecture = "siamrpn++";
  EXPECT_ANY_THROW(MaskTask{recipe});
}

}  // namespace
}  // namespace siamtrack::training
