// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/outline_loss.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

namespace siamtrack::training {
namespace {

constexpr std::int64_t kSide = 8;

/// Left halves are the targets', boxes as well, all of one colour.
OutlineTargets half_targets(std::int64_t count) {
  OutlineTargets targets;
  targets.masks = at::zeros({count, kSide, kSide});
  targets.masks.slice(2, 0, kSide / 2).fill_(1);
  targets.known = at::ones({count});
  targets.boxed = at::ones({count});
  targets.rows = at::ones({count, kSide});
  targets.columns = targets.masks.select(1, 0).clone();
  targets.colours = at::full({count, 3, kSide, kSide}, 100.0);
  return targets;
}

at::Tensor sure(const at::Tensor& masks) { return (masks.unsqueeze(1) * 2 - 1) * 50; }
double value(const at::Tensor& tensor) { return tensor.item<double>(); }

TEST(OutlineTargets, LieOnEverySecondPixel) {
  Batch batch;
  batch.searches = at::zeros({2, 31, 31, 3}, at::kByte);
  batch.searches.select(3, 2).fill_(7);
  batch.masks = at::zeros({2, 31, 31}, at::kByte);
  batch.masks[0][4][6] = 255;
  batch.masks[0][5][7] = 255;
  batch.targets = {Box{6, 4, 3, 2}, std::nullopt};
  batch.outlined = {true, false};
  const OutlineTargets targets = outline_targets(batch, at::kCPU);
  EXPECT_EQ(targets.masks.sizes(), (std::vector<std::int64_t>{2, 16, 16}));
  EXPECT_EQ(value(targets.masks.sum()), 1);
  EXPECT_EQ(value(targets.masks[0][2][3]), 1);
  EXPECT_EQ(value(targets.known.sum()), 1);
  EXPECT_EQ(value(targets.boxed.sum()), 1);
  // [6, 9) holds the middles of pixels 6 and 8, [4, 6) that of pixel 4.
  EXPECT_EQ(value(targets.columns[0].sum()), 2);
  EXPECT_EQ(value(targets.columns[0][3] + targets.columns[0][4]), 2);
  EXPECT_EQ(value(targets.rows[0].sum()), 1);
  EXPECT_EQ(value(targets.rows[0][2]), 1);
  EXPECT_EQ(value(targets.rows[1].sum()), 0);
  EXPECT_EQ(value(targets.colours[1][2].mean()), 7);
}

TEST(OutlineLoss, GoldenNumbersOfKnownMasks) {
  const OutlineTargets targets = half_targets(2);
  const OutlineLoss undecided = outline_loss(at::zeros({2, 1, kSide, kSide}), targets);
  EXPECT_NEAR(value(undecided.pixels), std::log(2), 1e-6);
  EXPECT_NEAR(value(undecided.overlap), 1 - 16.0 / (32 + 32 - 16), 1e-6);
  const OutlineLoss right = outline_loss(sure(targets.masks), targets);
  EXPECT_NEAR(value(right.pixels), 0, 1e-6);
  EXPECT_NEAR(value(right.overlap), 0, 1e-6);
  EXPECT_NEAR(value(right.boxes), 0, 1e-6);
  EXPECT_EQ(value(right.likeness), 0) << "all masks are known";
}

TEST(OutlineLoss, TargetAndSurroundingsCountHalfEach) {
  OutlineTargets targets = half_targets(1);
  targets.masks.zero_();
  targets.masks[0][0][0] = 1;
  const at::Tensor none = at::full({1, 1, kSide, kSide}, -2.0);  // all is said to be background
  const double wrong = std::log1p(std::exp(2.0)), right = std::log1p(std::exp(-2.0));
  EXPECT_NEAR(value(outline_loss(none, targets).pixels), (wrong + right) / 2, 1e-6);
}

TEST(OutlineLoss, UnknownMasksDoNotCount) {
  OutlineTargets targets = half_targets(2);
  targets.known[1] = 0;
  at::Tensor logits = at::zeros({2, 1, kSide, kSide});
  logits[1].fill_(30);
  EXPECT_NEAR(value(outline_loss(logits, targets).pixels), std::log(2), 1e-6);
  targets.known.zero_();
  const OutlineLoss none = outline_loss(logits, targets);
  EXPECT_EQ(value(none.pixels), 0);
  EXPECT_EQ(value(none.overlap), 0);
}

TEST(OutlineLoss, BoxesCompareTheOutlinesExtents) {
  const OutlineTargets targets = half_targets(1);
  at::Tensor cross = at::zeros({1, kSide, kSide});  // one row and one column reach as far
  cross[0][3].slice(0, 0, kSide / 2).fill_(1);
  cross[0].select(1, 1).fill_(1);
  EXPECT_NEAR(value(outline_loss(sure(cross), targets).boxes), 0, 1e-6);
  const at::Tensor all = at::ones({1, kSide, kSide});
  // Columns: 8 found, 4 wanted, 4 in common; rows agree.
  EXPECT_NEAR(value(outline_loss(sure(all), targets).boxes), 1 - 2 * 4.0 / (8 + 4), 1e-6);
  OutlineTargets nothing = half_targets(1);
  nothing.boxed.zero_();
  EXPECT_EQ(value(outline_loss(sure(all), nothing).boxes), 0);
}

TEST(OutlineLoss, LikeNeighboursInTheBoxBelongTogether) {
  OutlineTargets targets = half_targets(1);
  targets.known.zero_();
  targets.columns.fill_(1);
  const at::Tensor undecided = at::zeros({1, 1, kSide, kSide});
  EXPECT_NEAR(value(outline_loss(undecided, targets).likeness), std::log(2), 1e-6);
  EXPECT_NEAR(value(outline_loss(sure(at::ones({1, kSide, kSide})), targets).likeness), 0, 1e-6);
  const at::Tensor split = sure(targets.masks);
  EXPECT_GT(value(outline_loss(split, targets).likeness), 1) << "cut through one colour";
  targets.colours.slice(3, kSide / 2).fill_(200);
  EXPECT_NEAR(value(outline_loss(split, targets).likeness), 0, 1e-6) << "cut between colours";
  targets.rows.zero_();
  EXPECT_EQ(value(outline_loss(undecided, targets).likeness), 0) << "no box, no neighbours";
}

}  // namespace
}  // namespace siamtrack::training
