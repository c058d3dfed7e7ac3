// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/device_pairs.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "small_tree.h"
#include "training/batched_patches.h"

namespace siamtrack::training {
namespace {

using siamtrack::testing::SmallTree;

constexpr std::int64_t kPlenty = 1 << 30;

class DevicePairsTest : public ::testing::Test {
 protected:
  DevicePairsTest() { tree_.plain_cache(); }

  std::shared_ptr<const PairSource> source(const PairOptions& options) const {
    return std::make_shared<PairSource>(std::make_shared<Cache>(tree_.path("cache")), options, 3);
  }

  SmallTree tree_;
};

at::Tensor as_tensor(const cv::Mat& patch) {
  return at::from_blob(patch.data, {patch.rows, patch.cols, 3}, at::kByte).clone();
}

/// Mean and largest difference in grey levels.
std::pair<double, double> difference(const at::Tensor& a, const at::Tensor& b) {
  const at::Tensor apart = (a.to(at::kFloat) - b.to(at::kFloat)).abs();
  return {apart.mean().item<double>(), apart.max().item<double>()};
}

PairOptions everything() {
  PairOptions options;
  options.grey = 0.3;
  options.masks = true;
  options.negative = 0.2;
  options.search_geometry = {64, 0.18, 0.1, 0.1};
  options.exemplar_pixels = {0.1, 0.2, 0.1, 0.5, 0.3, 1};
  options.search_pixels = {0.1, 0.2, 0.1, 0.5, 0.3, 1};
  return options;
}

TEST_F(DevicePairsTest, MakesThePairsOfTheHost) {
  const auto pairs = source(everything());
  const DevicePairs batched(pairs, at::kCPU, kPlenty);
  EXPECT_EQ(batched.pictures().left_out(), 0U);
  const Batch host = pairs->batch(0, 24), device = batched.batch(0, 24);
  EXPECT_EQ(device.kinds, host.kinds);
  EXPECT_EQ(device.outlined, host.outlined);
  EXPECT_TRUE(at::equal(device.masks, host.masks));
  for (std::size_t i = 0; i < 24; ++i) {
    EXPECT_EQ(device.targets[i].value_or(Box()).x, host.targets[i].value_or(Box()).x);
  }
  ASSERT_EQ(device.searches.sizes(), host.searches.sizes());
  ASSERT_EQ(device.searches.scalar_type(), at::kByte);
  // The pictures are noise, where warpAffine's steps of 1/32 px make the most difference.
  const auto [mean, largest] = difference(device.searches, host.searches);
  EXPECT_LT(mean, 1);
  EXPECT_LT(largest, 16);
  EXPECT_LT(difference(device.exemplars, host.exemplars).first, 1);
}

TEST_F(DevicePairsTest, WhatDoesNotFitIsCutOnTheHost) {
  const auto pairs = source(everything());
  const DevicePairs nothing(pairs, at::kCPU, 0), some(pairs, at::kCPU, 3 * 160 * 120 + 10);
  EXPECT_EQ(nothing.pictures().held(), 0U);
  EXPECT_EQ(some.pictures().held(), 1U);
  EXPECT_EQ(some.pictures().left_out(), 3U);
  const Batch host = pairs->batch(0, 16);
  EXPECT_LT(difference(nothing.batch(0, 16).searches, host.searches).second, 3);
  EXPECT_LT(difference(some.batch(0, 16).searches, host.searches).first, 1);
}

TEST_F(DevicePairsTest, ComposedPairsAreAsOnTheHost) {
  PairOptions options;
  options.composed = 1;
  const auto pairs = source(options);
  const Batch host = pairs->batch(0, 4);
  const Batch device = DevicePairs(pairs, at::kCPU, kPlenty).batch(0, 4);
  EXPECT_TRUE(at::equal(device.searches, host.searches));
  EXPECT_TRUE(at::equal(device.exemplars, host.exemplars));
}

/// A patch with structure at all scales.
cv::Mat waves(int side) {
  cv::Mat patch(side, side, CV_8UC3);
  for (int row = 0; row < side; ++row) {
    for (int column = 0; column < side; ++column) {
      for (int c = 0; c < 3; ++c) {
        patch.at<cv::Vec3b>(row, column)[c] = static_cast<std::uint8_t>(
            128 + 60 * std::sin(0.3 * column + c) + 50 * std::cos(0.11 * row * (c + 1)));
      }
    }
  }
  return patch;
}

/// Both ways of one change, largest difference.
double apart(const PixelChange& change) {
  cv::Mat patch = waves(40);
  const at::Tensor batch = as_tensor(patch).to(at::kFloat).repeat({2, 1, 1, 1});
  const std::vector<PixelChange> changes = {PixelChange(), change};
  const at::Tensor device = change_pixels(batch, changes);
  EXPECT_TRUE(at::equal(device[0], as_tensor(patch))) << "a patch without change";
  apply(change, patch);
  return difference(device[1], as_tensor(patch)).second;
}

TEST(ChangePixels, EqualsApply) {
  PixelChange change;
  change.grey = true;
  EXPECT_LE(apart(change), 1);
  change = {};
  change.gain = {1.3, 0.8, 1.1};
  change.offset = {-40, 30, 3};
  EXPECT_LE(apart(change), 1);
  for (const double deviation : {0.6, 1.4, 2.2}) {
    change = {};
    change.deviation = deviation;
    EXPECT_LE(apart(change), 2) << deviation;
  }
  for (const int length : {3, 8, 12}) {
    change = {};
    change.motion = length;
    change.angle = 0.2 * length;
    EXPECT_LE(apart(change), 1) << length;
  }
  change = {};
  change.erased = {{5, 7, 11, 13}, {1, 2, 3}};
  EXPECT_EQ(apart(change), 0);
}

TEST(CutPatches, EqualsCutInsideAndOutsideThePicture) {
  const cv::Mat picture = waves(60);
  const at::Tensor pixels = as_tensor(picture).view({-1, 3});
  const std::vector<PatchView> views = {{30, 30, 1, 1, 32},
                                        {10.3, 55.1, 0.7, 1.2, 32},
                                        {30, 30, -1.5, 1.25, 32},
                                        {-100, 30, 1, 1, 32}};
  std::vector<StoredPatch> patches;
  for (const PatchView& view : views) patches.push_back({{0, {60, 60}, {}}, view, {9, 8, 7}});
  const at::Tensor found = cut_patches(pixels, patches, 32);
  for (std::size_t i = 0; i < views.size(); ++i) {
    const at::Tensor expected = as_tensor(cut(picture, views[i], cv::Scalar(9, 8, 7)));
    EXPECT_LE(difference(found[static_cast<std::int64_t>(i)], expected).first, 0.5) << i;
    EXPECT_LE(difference(found[static_cast<std::int64_t>(i)], expected).second, 5) << i;
  }
}

}  // namespace
}  // namespace siamtrack::training
