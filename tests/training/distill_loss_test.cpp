// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/distill_loss.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

namespace siamtrack::training {
namespace {

double value(const at::Tensor& scalar) { return scalar.item<double>(); }

TEST(FeatureDistance, IsZeroForTheTeacherItself) {
  const at::Tensor teacher = at::rand({2, 3, 8, 8});
  EXPECT_EQ(value(feature_distance(teacher, teacher)), 0);
}

TEST(FeatureDistance, IsOneForTheMeanOfEveryChannel) {
  const at::Tensor teacher = at::randn({4, 3, 16, 16}) * 7 + 5;
  const at::Tensor student = teacher.mean({0, 2, 3}, true).expand_as(teacher);
  EXPECT_NEAR(value(feature_distance(student, teacher)), 1, 0.02);  // the floor takes 1 %
}

TEST(FeatureDistance, DoesNotDependOnTheScaleOfTheTeacher) {
  const at::Tensor teacher = at::randn({2, 3, 8, 8});
  const at::Tensor student = teacher + at::randn({2, 3, 8, 8}) * 0.1;
  EXPECT_NEAR(value(feature_distance(student * 50, teacher * 50)),
              value(feature_distance(student, teacher)), 1e-5);
}

TEST(FeatureDistance, ComparesEveryFourthRowOfA128CellMap) {
  const at::Tensor teacher = at::randn({1, 2, 128, 4});
  at::Tensor student = teacher.clone();
  student.select(2, 5) += 1;
  EXPECT_GT(value(feature_distance(student, teacher, 1)), 0);
  EXPECT_EQ(value(feature_distance(student, teacher, 0)), 0);
}

// One cell, teacher 50:50, student logits (0, log 3): p = 1/4, 3/4.
// Divergence = 1/2 log(2) + 1/2 log(2/3) = log(2 / sqrt 3).
// (0.5 d / 1.5 + 0.5 d / 1.5 + d) / 2 = 5/6 d.
TEST(ClassDistance, IsTheDivergenceWeightedByBothClasses) {
  const at::Tensor teacher = at::zeros({1, 2, 1, 1});
  at::Tensor student = at::zeros({1, 2, 1, 1});
  student[0][1][0][0] = std::log(3.0);
  EXPECT_NEAR(value(class_distance(student, teacher)), 5.0 / 6 * std::log(2 / std::sqrt(3.0)),
              1e-6);
}

// Four sides, each off by 0.2 > the knee 0.1: 0.2 - 0.05 = 0.15 each, 0.6 in all.
// Foreground 1 in one of two cells; both are off: 0.6 / (1 + 1) + 0.05 * 0.6.
TEST(SideDistance, CountsWhereTheTeacherIsSure) {
  const at::Tensor teacher = at::zeros({1, 4, 1, 2});
  const at::Tensor foreground = at::tensor({1.F, 0.F}).reshape({1, 1, 2});
  EXPECT_NEAR(value(side_distance(teacher + 0.2, teacher, foreground)), 0.3 + 0.03, 1e-6);
}

TEST(AssignPoints, LabelsTheMiddleAndLeavesARing) {
  // 64 px wide about the middle of a 255 px patch, cells every 16 px: cells 0 px from the middle
  // are at radius 0, 16 px at a quarter of the width, 32 px at a half.
  const std::vector<std::optional<Box>> targets = {Box::from_centre(127.5, 127.5, 64, 64), {}};
  const PointLabels labels = assign_points(targets, 255, 15, 16);
  EXPECT_EQ(labels.positive[0][7][7].item<float>(), 1);
  EXPECT_EQ(labels.positive[0][7][8].item<float>(), 0);
  EXPECT_EQ(labels.negative[0][7][8].item<float>(), 0);
  EXPECT_EQ(labels.negative[0][7][9].item<float>(), 0);
  EXPECT_EQ(labels.negative[0][7][10].item<float>(), 1);
  EXPECT_EQ(value(labels.positive[1].sum() + labels.negative[1].sum()), 0);
}

// The cell in the middle predicts 16 px to every side of a 64 px box: 32^2 / 64^2 = 1/4.
// (1 - 1/4) / (1 positive + 1).
TEST(LabelledBoxLoss, IsOneMinusTheOverlap) {
  const std::vector<std::optional<Box>> targets = {Box::from_centre(127.5, 127.5, 64, 64)};
  const PointLabels labels = assign_points(targets, 255, 15, 16);
  const at::Tensor predicted = at::full({1, 4, 15, 15}, std::log(16.0));
  EXPECT_NEAR(value(labelled_box_loss(predicted, labels, 16)), 0.375, 1e-6);
}

// Logits 0 everywhere: cross entropy log 2 on each side; one positive cell of weight 1 / 2.
TEST(LabelledClassLoss, CountsBothSidesHalf) {
  const std::vector<std::optional<Box>> targets = {Box::from_centre(127.5, 127.5, 64, 64)};
  const PointLabels labels = assign_points(targets, 255, 15, 16);
  const double negatives = labels.negative.sum().item<double>();
  const double expected = std::log(2.0) * (0.5 + negatives / (negatives + 1)) / 2;
  EXPECT_NEAR(value(labelled_class_loss(at::zeros({1, 2, 15, 15}), labels)), expected, 1e-6);
}

TEST(LabelledBoxLoss, IsFiniteForAVanishingPredictionWithoutATarget) {
  const PointLabels none = assign_points({std::nullopt}, 255, 15, 16);
  const at::Tensor vanishing = at::full({1, 4, 15, 15}, -60.0);
  EXPECT_EQ(labelled_box_loss(vanishing, none, 16).item<double>(), 0);
}

TEST(UnexplainedShare, IsZeroForChannelsThatSpanTheTeachers) {
  at::manual_seed(1);
  const at::Tensor own = at::randn({2, 8, 16, 16});
  const at::Tensor mixed = at::conv2d(own, at::randn({5, 8, 1, 1}), at::randn({5}));
  EXPECT_LT(unexplained_share(own, mixed).item<double>(), 1e-4);
}

TEST(UnexplainedShare, IsNearlyOneForChannelsThatTellNothing) {
  at::manual_seed(1);
  const double share =
      unexplained_share(at::randn({4, 3, 16, 16}), at::randn({4, 6, 16, 16})).item<double>();
  EXPECT_GT(share, 0.98);
  EXPECT_LT(share, 1.01);
}

TEST(UnexplainedShare, ItsGradientLeadsToTheTeacher) {
  at::manual_seed(1);
  const at::Tensor teacher = at::randn({2, 2, 8, 8});
  at::Tensor own = at::randn({2, 2, 8, 8});
  const double before = unexplained_share(own, teacher).item<double>();
  for (int i = 0; i < 50; ++i) {
    own = own.detach().requires_grad_();
    unexplained_share(own, teacher).backward();
    own = own - 20 * own.grad();
  }
  EXPECT_LT(unexplained_share(own, teacher).item<double>(), 0.5 * before);
}

}  // namespace
}  // namespace siamtrack::training
