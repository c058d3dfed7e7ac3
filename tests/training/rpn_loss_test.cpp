// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/rpn_loss.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

namespace siamtrack::training {
namespace {

constexpr double kPatch = 255;
constexpr int kSide = 25;

AnchorTargets assign(const RpnTarget& target, const AnchorSampling& sampling = {}) {
  Random random(1, 0);
  return assign_anchors({&target, 1}, {}, kPatch, kSide, sampling, random);
}

std::int64_t count(const AnchorTargets& targets, std::int64_t label) {
  return targets.labels.eq(label).sum().item<std::int64_t>();
}

TEST(AssignAnchors, AnAnchorOnTheTargetIsPositiveWithZeroOffsets) {
  const RpnTarget target{Box::from_centre(kPatch / 2, kPatch / 2, 64, 64)};
  const AnchorTargets targets = assign(target, {.most_positive = 1000, .total = 10000});
  EXPECT_EQ(targets.labels[0][2][12][12].item<std::int64_t>(),
            1);  // the square anchor, middle cell
  EXPECT_EQ(targets.offsets.select(2, 2).select(2, 12).select(2, 12).abs().sum().item<float>(), 0);
  // IoU of two 64 px squares 8 px apart is 56 / 72 = 0.78, 24 px apart 40 / 88 = 0.45.
  EXPECT_EQ(targets.labels[0][2][12][13].item<std::int64_t>(), 1);
  EXPECT_EQ(targets.labels[0][2][12][15].item<std::int64_t>(), -1);
  EXPECT_EQ(targets.labels[0][2][0][0].item<std::int64_t>(), 0);
  const float dx = targets.offsets[0][0][2][12][13].item<float>();
  EXPECT_FLOAT_EQ(dx, -8.0F / 64);
}

TEST(AssignAnchors, KeepsThePublishedNumbers) {
  const AnchorTargets targets = assign({Box::from_centre(120, 130, 70, 60)});
  EXPECT_LE(count(targets, 1), 16);
  EXPECT_GT(count(targets, 1), 0);
  EXPECT_EQ(count(targets, 0), 48);
  EXPECT_NEAR(targets.weights.sum().item<double>(), 1, 1e-5);
}

TEST(AssignAnchors, ANegativePairHasSixteenNegativesNearTheTarget) {
  const AnchorTargets targets = assign({Box::from_centre(127.5, 127.5, 64, 64), true});
  EXPECT_EQ(count(targets, 1), 0);
  EXPECT_EQ(count(targets, 0), 16);
  EXPECT_EQ(targets.weights.sum().item<double>(), 0);
  const at::Tensor cells = targets.labels.eq(0).nonzero();
  // Middle cell 12, ceil(0.5) = 1 further, and 3 to each side (pysot).
  EXPECT_GE(cells.select(1, 2).min().item<std::int64_t>(), 10);
  EXPECT_LE(cells.select(1, 2).max().item<std::int64_t>(), 16);
}

TEST(AssignAnchors, IsTheSameForTheSameRandomNumbers) {
  const RpnTarget target{Box::from_centre(120, 130, 70, 60)};
  EXPECT_TRUE(at::equal(assign(target).labels, assign(target).labels));
}

/// One anchor, a 1x3 row of cells seen as 3 patches of one cell.
AnchorTargets three_cells() {
  return {at::tensor({1, 0, -1}, at::kLong).view({3, 1, 1, 1}), at::zeros({3, 4, 1, 1, 1}),
          at::tensor({1.0F, 0.0F, 0.0F}).view({3, 1, 1, 1})};
}

TEST(RpnLoss, IsHalfPositivesAndHalfNegatives) {
  const at::Tensor logits = at::tensor({0.0F, 2.0F, 0.0F, 1.0F, 0.0F, 9.0F}).view({3, 2, 1, 1});
  const RpnLoss loss =
      rpn_loss(logits, at::zeros({3, 4, 1, 1}), three_cells(), ScoreKind::kSoftmax);
  const double expected = 0.5 * std::log1p(std::exp(-2.0)) + 0.5 * std::log1p(std::exp(1.0));
  EXPECT_NEAR(loss.classification.item<double>(), expected, 1e-6);
  EXPECT_EQ(loss.regression.item<double>(), 0);
  const RpnLoss sigmoid = rpn_loss(at::tensor({2.0F, 1.0F, 9.0F}).view({3, 1, 1, 1}),
                                   at::zeros({3, 4, 1, 1}), three_cells(), ScoreKind::kSigmoid);
  EXPECT_NEAR(sigmoid.classification.item<double>(), expected, 1e-6);
}

TEST(RpnLoss, RegressionIsWeightedL1OverTheBatch) {
  const at::Tensor regression = at::ones({3, 4, 1, 1}) * 0.5;
  const RpnLoss loss =
      rpn_loss(at::zeros({3, 2, 1, 1}), regression, three_cells(), ScoreKind::kSoftmax);
  EXPECT_NEAR(loss.regression.item<double>(), 4 * 0.5 / 3, 1e-6);
}

TEST(RpnLoss, SmoothRegressionIsQuadraticNearZero) {
  const auto of = [](double error) {
    return rpn_loss(at::zeros({3, 2, 1, 1}), at::full({3, 4, 1, 1}, error), three_cells(),
                    ScoreKind::kSoftmax, 1.0 / 9)
        .regression.item<double>();
  };
  EXPECT_NEAR(of(0.05), 4 * 0.5 * 9 * 0.05 * 0.05 / 3, 1e-6);  // sigma = 3: sigma^2 = 9
  EXPECT_NEAR(of(0.5), 4 * (0.5 - 0.5 / 9) / 3, 1e-6);
}

TEST(RpnLoss, ResponseSumsAnchorsWhereTheTargetIsNot) {
  const at::Tensor logits = at::tensor({1.0F, 5.0F, 2.0F, 7.0F}).view({1, 2, 1, 2});
  const at::Tensor labels = at::tensor({0.0F, 1.0F}).view({1, 1, 2});
  EXPECT_NEAR(response_loss(logits, labels).item<double>(), std::log1p(std::exp(3.0)), 1e-5);
}

TEST(RpnLoss, WithoutPositivesIsFinite) {
  AnchorTargets targets = three_cells();
  targets.labels.fill_(0);
  targets.weights.zero_();
  const RpnLoss loss =
      rpn_loss(at::zeros({3, 2, 1, 1}), at::ones({3, 4, 1, 1}), targets, ScoreKind::kSoftmax);
  EXPECT_NEAR(loss.classification.item<double>(), 0.5 * std::log(2.0), 1e-6);
  EXPECT_EQ(loss.regression.item<double>(), 0);
}

}  // namespace
}  // namespace siamtrack::training
