// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/siamfc_loss.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

namespace siamtrack::training {
namespace {

constexpr double kRadius = 16;

std::optional<Box> centred(double x, double y) { return Box::from_centre(x, y, 30, 40); }

TEST(LabelMap, HasThirteenPositivesIn15x15) {
  const std::vector<std::optional<Box>> targets{centred(119.5, 119.5)};  // middle of 239 px
  const at::Tensor labels = label_maps(targets, 239, 15, 8, kRadius);
  EXPECT_EQ(labels.sum().item<double>(), 13);
  EXPECT_EQ(labels[0][7][7].item<double>(), 1);
  EXPECT_EQ(labels[0][5][7].item<double>(), 1);
  EXPECT_EQ(labels[0][4][7].item<double>(), 0);
  EXPECT_EQ(labels[0][6][8].item<double>(), 1);
  EXPECT_EQ(labels[0][5][8].item<double>(), 0);
}

TEST(LabelMap, HasThirteenPositivesWhereverTheTargetIs) {
  for (double shift = -32; shift <= 32; shift += 0.7) {
    const std::vector<std::optional<Box>> targets{centred(127.5 + shift, 127.5 - shift / 3)};
    EXPECT_EQ(label_maps(targets, 255, 17, 8, kRadius).sum().item<double>(), 13) << shift;
  }
}

TEST(LabelMap, FollowsTheTarget) {
  const std::vector<std::optional<Box>> targets{centred(127.5 + 24, 127.5 - 16), std::nullopt};
  const at::Tensor labels = label_maps(targets, 255, 17, 8, kRadius);
  EXPECT_EQ(labels[0].sum().item<double>(), 13);
  EXPECT_EQ(labels[0][6][11].item<double>(), 1);
  EXPECT_EQ(labels[0][8][11].item<double>(), 1);
  EXPECT_EQ(labels[0][9][11].item<double>(), 0);
  EXPECT_EQ(labels[1].sum().item<double>(), 0);
}

TEST(BalancedLogisticLoss, WeighsBothClassesAlike) {
  const at::Tensor labels = at::zeros({1, 3, 3});
  labels[0][1][1] = 1;
  const at::Tensor zero = at::zeros({1, 3, 3});
  EXPECT_NEAR(balanced_logistic_loss(zero, labels).item<double>(), std::log(2.0), 1e-6);
  const at::Tensor responses = at::full({1, 3, 3}, -1.0F);
  responses[0][1][1] = 2;
  const double expected = 0.5 * std::log1p(std::exp(-2.0)) + 0.5 * std::log1p(std::exp(-1.0));
  EXPECT_NEAR(balanced_logistic_loss(responses, labels).item<double>(), expected, 1e-6);
}

TEST(BalancedLogisticLoss, CountsOnlyNegativesOfANegativePair) {
  const at::Tensor responses = at::full({1, 3, 3}, 1.0F);
  EXPECT_NEAR(balanced_logistic_loss(responses, at::zeros({1, 3, 3})).item<double>(),
              std::log1p(std::exp(1.0)), 1e-6);
}

TEST(ContrastiveLoss, EqualsTheSoftmaxByHand) {
  // Two pairs, 1x2 maps; exemplar i sees all four cells; its own positive is cell (i, 0).
  const at::Tensor responses =
      at::tensor({1.0F, 0.0F, 0.5F, -1.0F, 2.0F, 0.2F, 3.0F, 0.1F}).view({2, 2, 1, 2});
  const at::Tensor labels = at::tensor({1.0F, 0.0F, 1.0F, 0.0F}).view({2, 1, 2});
  const auto sum = [](double a, double b, double c, double d) {
    return std::log(std::exp(a) + std::exp(b) + std::exp(c) + std::exp(d));
  };
  const double first = sum(1.0, 0.0, 2.0, 0.2) - 1.0;
  const double second = sum(0.5, -1.0, 3.0, 0.1) - 3.0;
  EXPECT_NEAR(contrastive_loss(responses, labels).item<double>(), (first + second) / 2, 1e-5);
}

TEST(ContrastiveLoss, LeavesOutNegativePairsWithoutNan) {
  at::Tensor responses = at::zeros({2, 2, 1, 2}).requires_grad_(true);
  const at::Tensor labels = at::tensor({1.0F, 0.0F, 0.0F, 0.0F}).view({2, 1, 2});
  const at::Tensor loss = contrastive_loss(responses, labels);
  loss.backward();
  EXPECT_NEAR(loss.item<double>(), std::log(4.0), 1e-6);
  EXPECT_TRUE(at::isfinite(responses.grad()).all().item<bool>());
}

}  // namespace
}  // namespace siamtrack::training
