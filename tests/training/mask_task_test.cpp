// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/mask_task.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "golden_map.h"
#include "hash_weights.h"
#include "nn/safetensors.h"
#include "siamtrack/track.h"
#include "small_tree.h"
#include "synthetic.h"
#include "systems/rpn_networks.h"
#include "training/mask_loss.h"
#include "training/optimiser.h"

namespace siamtrack::training {
namespace {

using nlohmann::json;
using siamtrack::testing::hash_image;

constexpr int kStep = 8, kMask = 127;

/// Patches with a bright box that the mask covers; the last pair has no known mask.
Batch outlined_batch(int count, int instance) {
  Batch batch;
  at::manual_seed(7);
  batch.exemplars = at::randint(256, {count, 127, 127, 3}, at::kByte);
  batch.searches = at::randint(256, {count, instance, instance, 3}, at::kByte);
  batch.masks = at::zeros({count, instance, instance}, at::kByte);
  const int low = instance / 2 - 30;
  const Box box{static_cast<double>(low), static_cast<double>(low), 60, 60};
  for (int i = 0; i < count; ++i) {
    batch.targets.emplace_back(box);
    batch.distractors.emplace_back();
    batch.outlined.push_back(i + 1 < count);
    const auto place = [&](const at::Tensor& all) {
      return all[i].slice(0, low, low + 60).slice(1, low, low + 60);
    };
    place(batch.searches).fill_(250);
    if (batch.outlined.back()) place(batch.masks).fill_(255);
  }
  return batch;
}

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

TEST(MaskLoss, WindowsAreThoseOfUnfold) {
  const at::Tensor masks = outlined_batch(3, 255).masks;
  std::vector<nn::Cell> cells;
  for (int i = 0; i < 3 * 25 * 25; ++i) cells.push_back({i / 25 % 25, i % 25, i / 625});
  const at::Tensor windows = mask_windows(masks, cells, 25, kStep, kMask);
  const at::Tensor signs = masks.to(at::kFloat).div(127.5).sub(1).unsqueeze(1);
  const at::Tensor expected =
      at::im2col(signs, {kMask, kMask}, {1, 1}, {32, 32}, {kStep, kStep}).transpose(1, 2);
  EXPECT_TRUE(at::equal(windows.flatten(1), expected.reshape({-1, kMask * kMask})));
}

TEST(MaskLoss, IsTheSoftMarginLoss) {
  at::manual_seed(1);
  const at::Tensor logits = at::randn({2, 63, 63});
  const at::Tensor windows = at::randn({2, kMask, kMask}).sign();
  const at::Tensor enlarged = at::upsample_bilinear2d(logits.unsqueeze(1), {kMask, kMask}, true);
  EXPECT_NEAR(mask_loss(logits, windows).item<double>(),
              at::soft_margin_loss(enlarged.squeeze(1), windows).item<double>(), 1e-6);
}

TEST(MaskLoss, CellsHaveAPositiveAnchorAndAKnownMask) {
  at::Tensor labels = at::full({2, 5, 25, 25}, -1, at::kLong);
  labels[0][2][12][13] = 1;
  labels[0][4][12][13] = 1;
  labels[0][0][3][4] = 0;
  labels[1][1][7][8] = 1;
  const std::vector<nn::Cell> all = mask_cells(labels, {true, true});
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(std::tuple(all[0].target, all[0].row, all[0].column), std::tuple(0, 12, 13));
  EXPECT_EQ(std::tuple(all[1].target, all[1].row, all[1].column), std::tuple(1, 7, 8));
  EXPECT_EQ(mask_cells(labels, {true, false}).size(), 1U);
}

/// Maps of the published network with drawn weights, as tests/golden/siammask.py makes them.
class PublishedMaskTraining : public ::testing::Test {
 protected:
  at::Tensor run(int instance, const char* image, bool refine, std::span<const nn::Cell> cells) {
    const int cut = instance < 160 ? 4 : 0;
    const json metadata = {{"architecture", "siammask"}, {"backbone", "resnet50-layer3"}};
    const nn::RpnNetwork network = siammask_network(metadata);
    const nn::MaskHead head = nn::mask_head_blueprint(refine);
    nn::Weights weights = testing::hash_weights(nn::tensor_specs(network));
    weights.merge(testing::hash_weights(nn::tensor_specs(head)));
    const auto features = [&](const at::Tensor& patch) {
      return nn::forward(network.backbone, weights, patch, kMode);
    };
    const at::Tensor z =
        nn::template_features(network, weights, features(hash_image("exemplar", 127)), kMode)[0];
    const auto found = features(hash_image(image, instance));
    at::Tensor x = nn::level_features(network, weights, found, kMode).front();
    x = x.slice(2, cut, x.size(2) - cut).slice(3, cut, x.size(3) - cut);
    const at::Tensor correlation = nn::mask_features(
        head, weights, nn::forward(head.branch.kernel, weights, z, kMode), x, kMode);
    return nn::mask_logits(head, weights, {correlation, found, cut}, cells, kMode);
  }

  static constexpr nn::Mode kMode = nn::Mode::kEval;
  const json golden_ = json::parse(std::ifstream(SIAMTRACK_GOLDEN_DIR "/siammask.json"));
};

TEST_F(PublishedMaskTraining, RefinedMasksOfASmallPatchAreThoseOfPyTorch) {
  std::vector<nn::Cell> cells;
  for (int i = 0; i < 9; ++i) cells.push_back({i / 3, i % 3});
  const at::Tensor logits = run(143, "small", true, cells);
  testing::expect_recorded(logits.narrow(0, 0, 1), golden_.at("trained")[0], "first");
  testing::expect_recorded(logits.narrow(0, 5, 1), golden_.at("trained")[1], "sixth");

  at::Tensor masks = at::zeros({1, 143, 143}, at::kByte);
  masks[0].slice(0, 40, 110).slice(1, 55, 95).fill_(255);
  const double expected = golden_.at("refined_loss");
  EXPECT_NEAR(mask_loss(logits, mask_windows(masks, cells, 3, kStep, kMask)).item<double>(),
              expected, 1e-4 * expected);
}

TEST_F(PublishedMaskTraining, LossOfTheFirstStageIsThatOfPyTorch) {
  const std::vector<nn::Cell> cells = {{12, 12}, {3, 20}, {24, 0}};
  at::Tensor masks = at::zeros({1, 255, 255}, at::kByte);
  masks[0].slice(0, 100, 180).slice(1, 90, 150).fill_(255);
  const at::Tensor windows = mask_windows(masks, cells, 25, kStep, kMask);
  const double expected = golden_.at("base_loss");
  EXPECT_NEAR(mask_loss(run(255, "search", false, cells), windows).item<double>(), expected,
              1e-4 * expected);
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

  const siamtrack::testing::SmallTree tree;
  const std::string path = tree.path("model.safetensors");
  nn::write_model_file(path, {task.export_weights(weights), task.metadata(weights)});
  const auto picture = siamtrack::testing::textured_square({320, 240}, 140, 100, 40);
  Track track(Model::load(path), {.lost_threshold = 0}, picture.view(), {140, 100, 40, 40});
  EXPECT_TRUE(std::isfinite(track.update(picture.view()).box.width));
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
  const Imported imported = second.import_weights(model, weights);
  EXPECT_EQ(imported.taken, static_cast<int>(model.size()));
  EXPECT_EQ(imported.missing.size(), 32U);  // the refinement's
  for (const std::string& key : imported.missing) EXPECT_TRUE(key.starts_with("refine_")) << key;
}

TEST(MaskTask, LearnsAHandfulOfMasks) {
  Recipe recipe = recipe_of_stage(2);
  recipe.optimiser.kind = "adamw";
  const MaskTask task(recipe);
  nn::Weights weights = task.initial_weights(1);
  Optimiser optimiser(recipe.optimiser, trained_parameters(task, weights, 0));
  const Batch batch = outlined_batch(2, 143);
  double first = 0, last = 0;
  for (int step = 0; step < 8; ++step) {
    optimiser.zero_gradients();
    const StepLoss loss = task.loss(weights, batch, 0);
    last = loss.total.item<double>();
    if (step == 0) first = last;
    loss.total.backward();
    optimiser.step(2e-3);
  }
  EXPECT_LT(last, 0.7 * first);
}

TEST(MaskTask, RunsInBfloat16) {
  Recipe recipe = recipe_of_stage(2);
  const Batch batch = outlined_batch(2, 143);
  const MaskTask exact(recipe);
  recipe.bf16 = true;
  const MaskTask rough(recipe);
  const double expected = exact.loss(trained_weights(exact), batch, 0).total.item<double>();
  EXPECT_NEAR(rough.loss(trained_weights(rough), batch, 0).total.item<double>(), expected,
              0.05 * expected);
}

TEST(MaskTask, NamesAnotherArchitecture) {
  Recipe recipe = recipe_of_stage(1);
  recipe.architecture = "siamrpn++";
  EXPECT_ANY_THROW(MaskTask{recipe});
}

}  // namespace
}  // namespace siamtrack::training
