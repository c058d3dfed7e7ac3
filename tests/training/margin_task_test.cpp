// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/margin_task.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "task_checks.h"
#include "training/margin_loss.h"

namespace siamtrack::training {
namespace {

constexpr double kScale = 30, kMargin = 0.35;

at::Tensor cells_of(std::initializer_list<std::int64_t> labels) {
  return at::tensor(labels, at::kLong).view({1, 1, -1});
}

double loss_of(std::initializer_list<float> cosines, std::initializer_list<std::int64_t> labels) {
  return margin_loss(at::tensor(cosines).view({1, 1, -1}), cells_of(labels), kScale, kMargin)
      .item<double>();
}

TEST(MarginLoss, IsCosFaces) {
  // The target's cosine .8, two others .1 and .5, one cell that is neither.
  const double own = std::exp(kScale * (0.8 - kMargin));
  const double others = std::exp(kScale * 0.1) + std::exp(kScale * 0.5);
  EXPECT_NEAR(loss_of({.8F, .1F, .9F, .5F}, {1, 0, -1, 0}), -std::log(own / (own + others)), 1e-4);
}

TEST(MarginLoss, WantsTheMarginAndNotMore) {
  EXPECT_GT(loss_of({.8F, .6F}, {1, 0}), 4) << ".2 apart, .35 asked for";
  EXPECT_LT(loss_of({.8F, .2F}, {1, 0}), 0.01);
}

TEST(MarginLoss, PairsWithoutATargetOrWithoutOthersAddNothing) {
  EXPECT_EQ(loss_of({.8F, .6F}, {0, -1}), 0);
  EXPECT_EQ(loss_of({.8F, .6F}, {1, -1}), 0);
  const at::Tensor cosines = at::tensor({.8F, .6F, .8F, .6F}).view({2, 1, 2}).requires_grad_();
  const at::Tensor cells = at::cat({cells_of({1, 0}), cells_of({0, 0})});
  const at::Tensor loss = margin_loss(cosines, cells, kScale, kMargin);
  EXPECT_NEAR(loss.item<double>(), loss_of({.8F, .6F}, {1, 0}), 1e-5);
  loss.backward();
  EXPECT_TRUE(at::isfinite(cosines.grad()).all().item<bool>());
  EXPECT_EQ(cosines.grad()[1].abs().max().item<float>(), 0);
}

TEST(MarginLoss, LabelsOfCells) {
  const at::Tensor anchors = at::tensor({1, -1, 0, 0, 0, -1, 0, 0}, at::kLong).view({1, 2, 2, 2});
  const at::Tensor expected = at::tensor({1, -1, 0, 0}, at::kLong).view({1, 2, 2});
  EXPECT_TRUE(at::equal(cell_labels(anchors), expected));
}

TEST(MarginLoss, CosineIsOneWhereTheTemplateWasCut) {
  at::manual_seed(3);
  const at::Tensor x = at::randn({2, 16, 31, 31});
  const at::Tensor cosines = cosine_map(x.slice(2, 5, 12).slice(3, 9, 16), x);
  EXPECT_EQ(cosines.sizes(), (std::vector<std::int64_t>{2, 25, 25}));
  EXPECT_NEAR(cosines[1][5][9].item<double>(), 1, 1e-5);
  EXPECT_LE(cosines.abs().max().item<double>(), 1 + 1e-5);
  EXPECT_LT(cosines[1][20][0].item<double>(), 0.9);
}

Recipe margin_recipe() {
  Recipe recipe;
  recipe.architecture = "siammargin";
  recipe.backbone = "resnet50-layer3-torchvision";
  recipe.unfreeze = {{0, 0}};  // a frozen backbone keeps the test short
  return recipe;
}

/// A target on the first patch, and a pair without one for `count` 2.
Batch noise_batch(int count) {
  Batch batch;
  at::manual_seed(7);
  batch.exemplars = at::randint(256, {count, 127, 127, 3}, at::kByte);
  batch.searches = at::randint(256, {count, 255, 255, 3}, at::kByte);
  batch.targets = {Box{100, 96, 60, 60}, std::nullopt};
  batch.distractors = {std::nullopt, Box{100, 96, 60, 60}};
  batch.targets.resize(static_cast<std::size_t>(count));
  batch.distractors.resize(static_cast<std::size_t>(count));
  return batch;
}

TEST(MarginTask, AddsTheMarginToTheBoxesAndItsModelTracks) {
  Recipe recipe = margin_recipe();
  const MarginTask task(recipe);
  nn::Weights weights = task.initial_weights(1);
  trained_parameters(task, weights, 0);
  const StepLoss loss = task.loss(weights, noise_batch(2), 0);
  ASSERT_EQ(loss.parts.size(), 3U);
  EXPECT_EQ(loss.parts[2].first, "margin");
  const double margin = loss.parts[2].second.item<double>();
  EXPECT_GT(margin, 0);
  EXPECT_NEAR(loss.total.item<double>(),
              loss.parts[0].second.item<double>() + loss.parts[1].second.item<double>() +
                  recipe.margin.weight * margin,
              1e-4);
  loss.total.backward();
  for (const auto& [key, tensor] : weights) {
    EXPECT_EQ(tensor.requires_grad(), tensor.grad().defined()) << key;
  }
  siamtrack::testing::expect_model_tracks(task, weights);
}

TEST(MarginTask, LearnsToKeepTheTargetApart) {
  Recipe recipe = margin_recipe();
  recipe.rpn.classification = recipe.rpn.regression = 0;
  recipe.optimiser.kind = "adamw";
  const MarginTask task(recipe);
  Batch batch = noise_batch(1);
  batch.searches[0].slice(0, 96, 156).slice(1, 100, 160).fill_(250);  // the target stands out
  batch.exemplars[0].slice(0, 33, 93).slice(1, 33, 93).fill_(250);
  const auto [first, last] =
      siamtrack::testing::losses_of_steps(task, recipe.optimiser, batch, 4, 2e-3, "margin");
  EXPECT_LT(last, 0.8 * first);
}

}  // namespace
}  // namespace siamtrack::training
