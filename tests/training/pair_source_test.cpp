// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/pair_source.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <opencv2/imgproc.hpp>

#include "siamtrack/error.h"
#include "small_tree.h"
#include "training/loader.h"

namespace siamtrack::training {
namespace {

using siamtrack::testing::SmallTree;

class PairSourceTest : public ::testing::Test {
 protected:
  PairSourceTest() {
    tree_.plain_cache();
    cache_ = std::make_shared<Cache>(tree_.path("cache"));
  }

  SmallTree tree_;
  std::shared_ptr<const Cache> cache_;
};

/// Box of the red square's pixels in a patch.
cv::Rect red_box(const at::Tensor& patch) {
  const cv::Mat pixels(static_cast<int>(patch.size(0)), static_cast<int>(patch.size(1)), CV_8UC3,
                       patch.data_ptr<std::uint8_t>());
  cv::Mat red;
  cv::inRange(pixels, cv::Scalar(0, 0, 180), cv::Scalar(90, 90, 255), red);
  return cv::boundingRect(red);
}

TEST_F(PairSourceTest, TargetLiesWhereTheBoxSays) {
  PairOptions options;
  const PairSource source(cache_, options, 5);
  const Batch batch = source.batch(0, 24);
  ASSERT_EQ(batch.exemplars.sizes(), (std::vector<std::int64_t>{24, 127, 127, 3}));
  ASSERT_EQ(batch.searches.sizes(), (std::vector<std::int64_t>{24, 255, 255, 3}));
  for (int i = 0; i < 24; ++i) {
    ASSERT_TRUE(batch.targets[i]);
    const cv::Rect found = red_box(batch.searches[i]);
    EXPECT_NEAR(found.x, batch.targets[i]->x, 3) << i;
    EXPECT_NEAR(found.y + found.height / 2.0, batch.targets[i]->centre_y(), 3) << i;
    EXPECT_NEAR(found.width, batch.targets[i]->width, 5) << i;
    const cv::Rect exemplar = red_box(batch.exemplars[i]);
    EXPECT_NEAR(exemplar.x + exemplar.width / 2.0, 63.5, 4 + 1) << i;
  }
}

TEST_F(PairSourceTest, PairIsAFunctionOfItsIndex) {
  PairOptions options;
  options.composed = 0.3;
  options.search_pixels = {0.1, 0.2, 0.1, 0.3, 0.2};
  const PairSource one(cache_, options, 5), other(cache_, options, 5), seed(cache_, options, 6);
  const Batch whole = one.batch(0, 8);
  const Batch part = other.batch(4, 4);
  EXPECT_TRUE(at::equal(whole.searches.slice(0, 4), part.searches));
  EXPECT_TRUE(at::equal(whole.exemplars.slice(0, 4), part.exemplars));
  EXPECT_FALSE(at::equal(seed.batch(0, 8).searches, whole.searches));
}

TEST_F(PairSourceTest, SharesAndKinds) {
  PairOptions options;
  options.shares = {{"stills", 1}};
  for (const PairKind kind : PairSource(cache_, options, 1).batch(0, 10).kinds) {
    EXPECT_EQ(kind, PairKind::kStill);
  }
  options.shares = {{"clips", 1}};
  options.negative = 1;
  const Batch negatives = PairSource(cache_, options, 1).batch(0, 5);
  for (const auto& target : negatives.targets) EXPECT_FALSE(target);
  options.negative = 0;
  options.composed = 1;
  const Batch composed = PairSource(cache_, options, 1).batch(0, 10);
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(composed.kinds[i], PairKind::kComposed);
    ASSERT_TRUE(composed.targets[i]);
    EXPECT_GT(intersection(*composed.targets[i], Box{0, 0, 255, 255}).area(), 0);
  }
  options.shares = {{"imagenet", 1}};
  EXPECT_THROW(PairSource(cache_, options, 1), Error);
}

TEST_F(PairSourceTest, NegativePairsSayWhereTheOtherObjectIs) {
  PairOptions options;
  options.negative = 1;
  options.same_category = 0.5;
  const Batch batch = PairSource(cache_, options, 1).batch(0, 12);
  for (int i = 0; i < 12; ++i) {
    ASSERT_TRUE(batch.distractors[i]) << i;
    const cv::Rect found = red_box(batch.searches[i]);
    EXPECT_NEAR(found.y + found.height / 2.0, batch.distractors[i]->centre_y(), 3) << i;
  }
  options.negative = 0;
  EXPECT_FALSE(PairSource(cache_, options, 1).batch(0, 1).distractors[0]);
}

TEST_F(PairSourceTest, FramesStayWithinTheRange) {
  // With range 0 both patches come from one frame: no motion, equal size.
  PairOptions options;
  options.shares = {{"clips", 1}};
  options.frame_range = 0;
  options.search_geometry = {};
  options.exemplar_geometry = {};
  const Batch batch = PairSource(cache_, options, 1).batch(0, 6);
  const at::Tensor inner = batch.searches.slice(1, 64, 191).slice(2, 64, 191);
  EXPECT_LE((inner.to(at::kInt) - batch.exemplars.to(at::kInt)).abs().max().item<int>(), 4)
      << "more than warpAffine's steps of 1/32 px explain";
}

TEST(Loader, KeepsOrderAndForwardsFailures) {
  Loader loader(
      [](std::int64_t step) {
        if (step == 7) throw Error(ErrorCode::kIo, "broken");
        Batch batch;
        batch.exemplars = at::full({1}, step);
        return batch;
      },
      3, 2);
  for (int step = 3; step < 7; ++step) {
    EXPECT_EQ(loader.next().exemplars.item<int>(), step);
  }
  EXPECT_THROW(loader.next(), Error);
}

}  // namespace
}  // namespace siamtrack::training
