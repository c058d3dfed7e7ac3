// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/rpn_task.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <nlohmann/json.hpp>

#include "siamtrack/error.h"
#include "task_checks.h"
#include "training/siamfc_task.h"

namespace siamtrack::training {
namespace {

Recipe recipe_of(const std::string& architecture, const std::string& backbone) {
  Recipe recipe;
  recipe.architecture = architecture;
  recipe.backbone = backbone;
  return recipe;
}

Recipe small_recipe() { return recipe_of("siamrpn+", "ciresnet22h"); }

/// Noise, and in every search patch something; the last pair is negative.
Batch noise_batch(int count) {
  Batch batch;
  at::manual_seed(7);
  batch.exemplars = at::randint(256, {count, 127, 127, 3}, at::kByte);
  batch.searches = at::randint(256, {count, 255, 255, 3}, at::kByte);
  for (int i = 0; i < count; ++i) {
    const Box box = Box::from_centre(127.5 + 16 * i, 127.5 - 8 * i, 60, 60);
    const bool negative = i == count - 1;
    batch.targets.push_back(negative ? std::nullopt : std::optional(box));
    batch.distractors.push_back(negative ? std::optional(box) : std::nullopt);
  }
  return batch;
}

nn::Weights trained_weights(const Task& task, double progress) {
  nn::Weights weights = task.initial_weights(1);
  trained_parameters(task, weights, progress);
  return weights;
}

double gradient(const nn::Weights& weights, const std::string& key) {
  const at::Tensor& slope = weights.at(key).grad();
  return slope.defined() ? slope.abs().max().item<double>() : -1;
}

class RpnFamily : public ::testing::TestWithParam<Recipe> {};

std::string name_of(const ::testing::TestParamInfo<Recipe>& info) {
  std::string name =
      info.param.architecture + "_" + info.param.backbone + "_" + info.param.rpn.head;
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return !std::isalnum(c); }, '_');
  return name;
}

TEST_P(RpnFamily, LearnsFromEveryTensorAndItsModelTracks) {
  const RpnTask task(GetParam());
  const nn::Weights weights = trained_weights(task, 0);
  const StepLoss loss = task.loss(weights, noise_batch(2), 0);
  ASSERT_TRUE(std::isfinite(loss.total.item<double>()));
  loss.total.backward();
  for (const auto& [key, tensor] : weights) {
    EXPECT_EQ(gradient(weights, key) >= 0, tensor.requires_grad()) << key;
  }
  siamtrack::testing::expect_model_tracks(task, weights);
}

std::vector<Recipe> family() {
  std::vector<Recipe> recipes;
  for (const char* backbone : {"ciresnet22h", "ciresnet22w", "ciresinception22", "ciresnext22"}) {
    recipes.push_back(recipe_of("siamrpn+", backbone));
  }
  recipes.push_back(recipe_of("siamrpn+", "ciresnet16"));
  recipes.back().rpn.head = "thicker";
  recipes.push_back(recipe_of("siamrpn+", "ciresnet43"));
  recipes.back().rpn.anchors.scales = {16};  // stride 4: half the usual unit of length
  recipes.push_back(recipe_of("siamrpn", "alexnet-rpn"));
  recipes.push_back(recipe_of("dasiamrpn", "alexnet-rpn"));
  recipes.push_back(recipe_of("siamrpn++", "alexnet-rpn-layers"));
  recipes.push_back(recipe_of("siamrpn++", "mobilenetv2"));
  recipes.back().rpn.fusion = "mean";
  recipes.push_back(recipe_of("siamrpn++", "resnet50"));
  return recipes;
}

INSTANTIATE_TEST_SUITE_P(All, RpnFamily, ::testing::ValuesIn(family()), name_of);

TEST(RpnTask, LearnsAHandfulOfPairs) {
  Recipe recipe = small_recipe();
  recipe.input_mean = 115;
  recipe.input_scale = 58;
  recipe.rpn.mean_correlation = true;
  recipe.optimiser.kind = "adamw";
  const RpnTask task(recipe);
  const Batch batch = noise_batch(2);
  const auto [first, last] =
      siamtrack::testing::losses_of_steps(task, recipe.optimiser, batch, 20, 1e-3);
  EXPECT_LT(last, 0.5 * first);
}

TEST(RpnTask, RunsInBfloat16) {
  siamtrack::testing::expect_runs_in_bfloat16([](const Recipe& made) { return RpnTask(made); },
                                              small_recipe(), noise_batch(2));
}

TEST(RpnTask, MeanCorrelationIsTheSameNetwork) {
  Recipe recipe = small_recipe();
  const RpnTask sums(recipe);
  recipe.rpn.mean_correlation = true;
  const RpnTask means(recipe);
  const nn::Weights weights = means.initial_weights(1);
  nn::Weights same = sums.initial_weights(2);
  sums.import_weights({means.export_weights(weights), means.metadata(weights)}, same);
  const Batch batch = noise_batch(2);
  const double expected = means.loss(weights, batch, 0).total.item<double>();
  EXPECT_NEAR(sums.loss(same, batch, 0).total.item<double>(), expected, 1e-4 * expected);
  nn::Weights back = means.initial_weights(3);
  means.import_weights({sums.export_weights(same), sums.metadata(same)}, back);
  const std::string kernel = "connect_model.template_reg.weight";
  EXPECT_TRUE(at::allclose(back.at(kernel), weights.at(kernel), 1e-4, 1e-7));
  recipe.architecture = "siamrpn++";
  recipe.backbone = "alexnet-rpn-layers";
  EXPECT_THROW(RpnTask{recipe}, Error);
}

TEST(RpnTask, GradientEqualsFiniteDifference) {
  const RpnTask task(small_recipe());
  nn::Weights weights = trained_weights(task, 0);
  const Batch batch = noise_batch(3);
  const at::Tensor bias = weights.at("connect_model.template_cls.bias");
  task.loss(weights, batch, 0).total.backward();
  const at::Tensor direction = bias.grad().sign();
  const double expected = (bias.grad() * direction).sum().item<double>();
  constexpr double kStep = 1e-3;
  const auto value = [&](double offset) {
    nn::Weights moved = weights;
    moved.at("connect_model.template_cls.bias") = bias.detach() + offset * direction;
    return task.loss(moved, batch, 0).total.item<double>();
  };
  EXPECT_NEAR(expected, (value(kStep) - value(-kStep)) / (2 * kStep), 0.02 * expected + 1e-3);
}

TEST(RpnTask, SamplesTheSameAnchorsAtTheSameMoment) {
  const RpnTask task(small_recipe());
  const Batch batch = noise_batch(2);
  const auto loss_at = [&](double progress) {
    return task.loss(task.initial_weights(1), batch, progress).total.item<double>();
  };
  EXPECT_EQ(loss_at(0.25), loss_at(0.25));
  EXPECT_NE(loss_at(0.25), loss_at(0.5));
}

TEST(RpnTask, BackboneWaitsAndThenLearnsSlowly) {
  Recipe recipe = recipe_of("siamrpn++", "mobilenetv2");
  recipe.unfreeze = {{0, 0}, {0.5, 5}};
  recipe.backbone_rate = 0.1;
  const RpnTask task(recipe);
  const std::string stem = "backbone.layer0.0.weight", late = "backbone.layer3.0.conv.0.weight";
  EXPECT_EQ(task.rate_factor(late, 0.4), 0);
  EXPECT_EQ(task.rate_factor(late, 0.5), 0.1);
  EXPECT_EQ(task.rate_factor(stem, 0.9), 0);
  EXPECT_EQ(task.rate_factor("rpn_head.rpn2.cls.head.0.weight", 0), 1);
  EXPECT_EQ(task.rate_factor("neck.downsample2.downsample.0.weight", 0), 1);

  const std::string statistic = "backbone.layer3.0.conv.1.running_mean";
  const nn::Weights before = trained_weights(task, 0.4), after = trained_weights(task, 0.5);
  task.loss(before, noise_batch(2), 0.4).total.backward();
  EXPECT_EQ(before.at(statistic).abs().max().item<double>(), 0);
  EXPECT_EQ(gradient(before, late), -1);
  task.loss(after, noise_batch(2), 0.5).total.backward();
  EXPECT_GT(after.at(statistic).abs().max().item<double>(), 0);
  EXPECT_GT(gradient(after, late), 0);
  EXPECT_EQ(after.at("backbone.layer2.0.conv.1.running_mean").abs().max().item<double>(), 0);
}

TEST(RpnTask, TakesTheBackboneOfAnotherTracker) {
  Recipe recipe = small_recipe();
  recipe.input_mean = 115;
  recipe.input_scale = 58;
  const RpnTask task(recipe);
  Recipe other = recipe;
  other.architecture = "siamfc+";
  const SiamFcTask source(other);
  const nn::Weights drawn = source.initial_weights(9);
  const nn::Weights model = source.export_weights(drawn);

  nn::Weights weights = task.initial_weights(1);
  const Imported imported = task.import_weights({model, source.metadata(drawn)}, weights);
  EXPECT_EQ(imported.taken, static_cast<int>(model.size()));
  EXPECT_EQ(imported.missing.size(), 10U);  // kernels and biases of the head's five convolutions
  EXPECT_TRUE(imported.unused.empty());
  const std::string kernel = "features.features.conv1.weight";
  EXPECT_TRUE(at::allclose(task.export_weights(weights).at(kernel), model.at(kernel), 1e-4, 1e-6));

  nn::Weights bare{{"fc.weight", at::zeros({3})}};  // a backbone by itself
  for (const auto& [key, tensor] : model) bare[key.substr(18)] = tensor;
  nn::Weights again = task.initial_weights(1);
  const Imported second = task.import_weights({bare, {{"architecture", "backbone"}}}, again);
  EXPECT_EQ(second.taken, imported.taken);
  EXPECT_EQ(second.unused, std::vector<std::string>{"fc.weight"});

  bare["conv1.weight"] = at::zeros({1, 3, 7, 7});
  EXPECT_THROW(task.import_weights({bare, source.metadata(drawn)}, again), Error);
}

TEST(RpnTask, NamesWhatItDoesNotKnow) {
  EXPECT_THROW(RpnTask(recipe_of("siamrpm", "alexnet-rpn")), Error);
  EXPECT_THROW(RpnTask(recipe_of("siamrpn", "resnet51")), Error);
  Recipe recipe = recipe_of("siamrpn++", "resnet50");
  recipe.rpn.neck = {256};
  EXPECT_THROW(RpnTask{recipe}, Error);
}

}  // namespace
}  // namespace siamtrack::training
