// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/mask_loss.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "golden_map.h"
#include "hash_weights.h"
#include "outlined_batch.h"
#include "systems/rpn_networks.h"

namespace siamtrack::training {
namespace {

using nlohmann::json;
using siamtrack::testing::hash_image;
using siamtrack::testing::outlined_batch;

constexpr int kStep = 8, kMask = 127;

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
    const auto z =
        nn::template_features(network, weights, features(hash_image("exemplar", 127)), kMode);
    const auto found = features(hash_image(image, instance));
    auto x = nn::level_features(network, weights, found, kMode);
    x[0] = x[0].slice(2, cut, x[0].size(2) - cut).slice(3, cut, x[0].size(3) - cut);
    const auto kernels = nn::mask_kernels(head, weights, z, kMode);
    const auto correlations = nn::mask_features(head, weights, kernels, x, kMode);
    return nn::mask_logits(head, weights, {correlations, found, cut}, cells, kMode);
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

}  // namespace
}  // namespace siamtrack::training
