// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/siamfc_task.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "nn/backbones/backbones.h"
#include "nn/forward.h"
#include "siamtrack/error.h"
#include "task_checks.h"
#include "training/optimiser.h"

namespace siamtrack::training {
namespace {

Recipe small_recipe() {
  Recipe recipe;
  recipe.architecture = "siamfc+";
  recipe.backbone = "ciresnet22h";
  recipe.input_mean = 115;
  recipe.input_scale = 58;
  return recipe;
}

Batch noise_batch(int count) {
  Batch batch;
  batch.exemplars = at::randint(256, {count, 127, 127, 3}, at::kByte);
  batch.searches = at::randint(256, {count, 255, 255, 3}, at::kByte);
  batch.targets.assign(static_cast<std::size_t>(count), Box::from_centre(127.5, 127.5, 60, 60));
  return batch;
}

TEST(SiamFcTask, ExportedNetworkTakesRawPixels) {
  const Recipe recipe = small_recipe();
  const SiamFcTask task(recipe);
  nn::Weights weights = task.initial_weights(3);
  weights.at("features.features.bn1.running_mean").fill_(0.3);
  const nn::Weights exported = task.export_weights(weights);
  const nn::Backbone backbone = nn::make_backbone(recipe.backbone, "features.features.");
  const at::Tensor pixels = at::rand({1, 3, 127, 127}) * 255;
  const at::Tensor trained =
      nn::forward(backbone, weights, (pixels - 115) / 58, nn::Mode::kEval).back();
  const at::Tensor found = nn::forward(backbone, exported, pixels, nn::Mode::kEval).back();
  EXPECT_LT((found - trained).abs().max().item<double>(),
            1e-4 * trained.abs().max().item<double>());
}

TEST(SiamFcTask, ImportIsTheInverseOfExport) {
  const SiamFcTask task(small_recipe());
  nn::Weights weights = task.initial_weights(3);
  weights.at("response.log_scale") = at::full({1}, -8.0);
  weights.at("response.bias") = at::full({1}, 0.5);
  nn::Weights again = task.initial_weights(4);
  const nn::ModelFile file{task.export_weights(weights), task.metadata(weights)};
  EXPECT_EQ(task.import_weights(file, again).taken,
            static_cast<int>(weights.size()) - 2);  // all but the response's scale and bias
  for (const auto& [key, tensor] : weights) {
    EXPECT_TRUE(at::allclose(tensor, again.at(key), 1e-4, 1e-5)) << key;
  }
  const nn::ModelFile other{{{"features.features.bn1.weight", at::ones({7})}}, file.metadata};
  EXPECT_THROW(task.import_weights(other, again), Error);
}

TEST(SiamFcTask, MiddleOfTheResponseIsTheMiddleOfThePatch) {
  for (const int trained : {239, 255}) {  // both are tracked with on 255 px
    Recipe recipe = small_recipe();
    recipe.pairs.instance_size = trained;
    const SiamFcTask task(recipe);
    const auto metadata = task.metadata(task.initial_weights(1));
    EXPECT_EQ(metadata.at("instance_size"), 255);
    EXPECT_EQ(metadata.at("hyper_parameters").at("peak_origin"), 135.5);
  }
}

TEST(SiamFcTask, UnfreezesFromTheBack) {
  Recipe recipe = small_recipe();
  recipe.unfreeze = {{0, 2}, {0.5, 4}};
  const SiamFcTask task(recipe);
  EXPECT_EQ(task.rate_factor("features.features.layer2.4.conv1.weight", 0), 1);
  EXPECT_EQ(task.rate_factor("features.features.layer2.3.conv1.weight", 0), 1);
  EXPECT_EQ(task.rate_factor("features.features.layer2.2.conv1.weight", 0), 0);
  EXPECT_EQ(task.rate_factor("features.features.layer2.0.conv1.weight", 0.5), 1);
  EXPECT_EQ(task.rate_factor("features.features.layer1.2.conv1.weight", 0.5), 0);
  EXPECT_EQ(task.rate_factor("features.features.conv1.weight", 0.9), 0);
}

TEST(SiamFcTask, UnitsOfEveryKindAreUnfrozen) {
  Recipe recipe = small_recipe();
  recipe.backbone = "ciresinception22";  // units that concatenate
  recipe.unfreeze = {{0, 1}};
  const std::string unit = ".branch3x3.conv1.weight";
  const SiamFcTask inception(recipe);
  EXPECT_EQ(inception.rate_factor("features.features.layer2.4" + unit, 0), 1);
  EXPECT_EQ(inception.rate_factor("features.features.layer2.3" + unit, 0), 0);
  recipe.backbone = "alexnet";  // no units: stages
  const SiamFcTask alexnet(recipe);
  EXPECT_EQ(alexnet.rate_factor("features.features.conv5.0.weight", 0), 1);
  EXPECT_EQ(alexnet.rate_factor("features.features.conv4.0.weight", 0), 0);
}

TEST(SiamFcTask, FrozenUnitsKeepWeightsAndStatistics) {
  Recipe recipe = small_recipe();
  recipe.unfreeze = {{0, 2}};
  const SiamFcTask task(recipe);
  nn::Weights weights = task.initial_weights(1);
  trained_parameters(task, weights, 0);
  task.loss(weights, noise_batch(2), 0).total.backward();
  const std::string frozen = "features.features.layer2.0.", trained = "features.features.layer2.4.";
  EXPECT_FALSE(weights.at(frozen + "conv1.weight").grad().defined());
  EXPECT_EQ(weights.at(frozen + "bn1.running_mean").abs().max().item<double>(), 0);
  EXPECT_GT(weights.at(trained + "conv1.weight").grad().abs().max().item<double>(), 0);
  EXPECT_GT(weights.at(trained + "bn1.running_mean").abs().max().item<double>(), 0);
}

TEST(SiamFcTask, LogisticLossNeedsNoOtherPairs) {
  Recipe recipe = small_recipe();
  const Batch batch = noise_batch(3);
  const auto logistic = [&](double contrastive) {
    recipe.loss = {16, contrastive, 1e-3, true};
    const SiamFcTask task(recipe);
    return task.loss(task.initial_weights(1), batch, 0).parts.at(0).second.item<double>();
  };
  EXPECT_NEAR(logistic(0), logistic(0.2), 1e-5);
}

TEST(SiamFcTask, RunsInBfloat16) {
  siamtrack::testing::expect_runs_in_bfloat16([](const Recipe& made) { return SiamFcTask(made); },
                                              small_recipe(), noise_batch(2));
}

TEST(SiamFcTask, GradientEqualsFiniteDifference) {
  Recipe recipe = small_recipe();
  recipe.loss = {16, 0.2, 1e-3, true};
  const SiamFcTask task(recipe);
  nn::Weights weights = task.initial_weights(1);
  const Batch batch = noise_batch(2);
  at::Tensor& scale = weights.at("response.log_scale");
  scale.requires_grad_(true);
  task.loss(weights, batch, 0).total.backward();
  const double gradient = scale.grad().item<double>();
  constexpr double kStep = 1e-2;
  const auto value = [&](double offset) {
    nn::Weights moved = weights;
    moved.at("response.log_scale") = scale.detach() + offset;
    return task.loss(moved, batch, 0).total.item<double>();
  };
  EXPECT_NEAR(gradient, (value(kStep) - value(-kStep)) / (2 * kStep),
              0.02 * std::abs(gradient) + 1e-4);
}

}  // namespace
}  // namespace siamtrack::training
