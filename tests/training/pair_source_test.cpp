// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/pair_source.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "siamtrack/error.h"
#include "small_tree.h"

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

TEST_F(PairSourceTest, SearchPatchesMayBeFinerThanExemplars) {
  PairOptions options;
  options.search_context = 191;
  options.search_geometry = {};
  options.exemplar_geometry = {};
  for (const double composed : {0.0, 1.0}) {
    options.composed = composed;
    const Batch batch = PairSource(cache_, options, 5).batch(0, 6);
    for (const auto& target : batch.targets) {
      // A square's context square is twice its side; turned cut-outs are up to 1.22 times larger.
      EXPECT_NEAR(target->width, 191 / 2.0, composed > 0 ? 25 : 12);
    }
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

/// The plain cache and a set "boxes" without outlines.
std::shared_ptr<const Cache> cache_with_boxes(const SmallTree& tree) {
  tree.picture("boxes/b.jpg", 200, 150, 90, 70);
  tree.text("boxes/annotations.json",
            R"({"set":"boxes","kind":"stills","images":[{"file":"b.jpg","width":200,"height":150,)"
            R"("objects":[{"box":[90,70,20,20],"label":"square"}]}]})");
  tree.plain_cache();
  return std::make_shared<Cache>(tree.path("cache"));
}

TEST_F(PairSourceTest, CutsNothingOutOfASetThatIsNotDrawn) {
  const SmallTree tree;
  const auto cache = cache_with_boxes(tree);
  PairOptions options;
  options.composed = 1;
  options.shares = {{"boxes", 1}, {"clips", 0}};
  for (const PairKind kind : PairSource(cache, options, 1).batch(0, 10).kinds) {
    EXPECT_EQ(kind, PairKind::kStill);
  }
  options.masks = true;
  EXPECT_THROW(PairSource(cache, options, 1), Error);
  options.shares = {{"boxes", 1}, {"clips", 1}};
  for (const PairKind kind : PairSource(cache, options, 1).batch(0, 10).kinds) {
    EXPECT_EQ(kind, PairKind::kComposed);
  }
}

TEST_F(PairSourceTest, LeavesOutTinyPicturesWithoutLabels) {
  const SmallTree tree;
  tree.picture("tiny/t.jpg", 4, 3, 0, 0);
  tree.text("tiny/annotations.json",
            R"({"set":"tiny","kind":"stills","images":[{"file":"t.jpg","objects":[]}]})");
  tree.plain_cache();
  const auto cache = std::make_shared<Cache>(tree.path("cache"));
  ASSERT_EQ(cache->sequences().size(), 3U);
  const PairSource source(cache, {}, 1);
  for (const PairKind kind : source.batch(0, 40).kinds) EXPECT_NE(kind, PairKind::kRandomBox);
  EXPECT_EQ(source.damaged(), 0);
}

TEST_F(PairSourceTest, AMaskOfAnotherSizeCountsAsDamaged) {
  const SmallTree tree;
  std::vector<std::uint8_t> picture, mask;
  cv::imencode(".jpg", cv::Mat(100, 100, CV_8UC3, cv::Scalar(9, 9, 9)), picture);
  cv::imencode(".png", cv::Mat(20, 20, CV_8U, cv::Scalar(255)), mask);
  CacheWriter writer(tree.path("cache"));
  const Frame frame{writer.add(picture), {100, 100}};
  writer.finish({{"set", "one", {frame}, {{"square", {Box{50, 50, 40, 40}}, {writer.add(mask)}}}}});
  PairOptions options;
  options.composed = 1;
  const PairSource source(std::make_shared<Cache>(tree.path("cache")), options, 1);
  EXPECT_THROW(source.batch(0, 1), Error);
}

TEST_F(PairSourceTest, DrawsNothingWithoutAnOutlineWhenToldSo) {
  const SmallTree tree;
  const auto cache = cache_with_boxes(tree);
  PairOptions options;
  options.masks = options.only_outlined = true;
  const Batch batch = PairSource(cache, options, 1).batch(0, 30);
  for (int i = 0; i < 30; ++i) EXPECT_TRUE(batch.outlined[i]) << i;
  options.only_outlined = false;
  const std::vector<bool> some = PairSource(cache, options, 1).batch(0, 30).outlined;
  EXPECT_GT(std::count(some.begin(), some.end(), false), 0);
}

/// Box of what is set in one mask of a batch.
cv::Rect set_box(const at::Tensor& mask) {
  return cv::boundingRect(cv::Mat(static_cast<int>(mask.size(0)), static_cast<int>(mask.size(1)),
                                  CV_8U, mask.data_ptr<std::uint8_t>()));
}

TEST_F(PairSourceTest, OutlinesLieOnTheirTargets) {
  PairOptions options;
  EXPECT_FALSE(PairSource(cache_, options, 1).batch(0, 1).masks.defined()) << "not asked for";
  options.masks = true;
  options.composed = 0.4;
  options.negative = 0.3;
  options.search_geometry = {30, 0.18, 0.05, 0.1};
  const Batch batch = PairSource(cache_, options, 2).batch(0, 40);
  ASSERT_EQ(batch.masks.sizes(), (std::vector<std::int64_t>{40, 255, 255}));
  ASSERT_EQ(batch.outlined.size(), 40U);
  int whole = 0;
  for (int i = 0; i < 40; ++i) {
    const cv::Rect found = set_box(batch.masks[i]);
    EXPECT_EQ(batch.outlined[i], batch.targets[i].has_value()) << i;
    if (!batch.targets[i]) {
      EXPECT_TRUE(found.empty()) << i;
      continue;
    }
    // Something may lie over a composed target; what is left of it is inside.
    const Box& target = *batch.targets[i];
    EXPECT_GE(found.x, target.x - 2) << i;
    EXPECT_LE(found.y + found.height, target.y + target.height + 2) << i;
    if (std::abs(found.width - target.width) < 3 && std::abs(found.y - target.y) < 3) ++whole;
  }
  EXPECT_GE(whole, 20);
}

TEST_F(PairSourceTest, FramesStayWithinTheRange) {
  // With range 0 both patches come from one frame: no motion, equal size.
  PairOptions options;
  options.shares = {{"clips", 1}};
  options.frame_range = 0;
  options.search_geometry = {};
  options.exemplar_geometry = {};
  const Batch batch = PairSource(cache_, options, 1).batch(0, 6);
  const auto difference = [](const Batch& pairs) {
    const at::Tensor inner = pairs.searches.slice(1, 64, 191).slice(2, 64, 191);
    return (inner.to(at::kInt) - pairs.exemplars.to(at::kInt)).abs().max().item<int>();
  };
  EXPECT_LE(difference(batch), 4) << "more than warpAffine's steps of 1/32 px explain";
  options.frame_ranges = {{"clips", 100}, {"other", 0}};
  EXPECT_GT(difference(PairSource(cache_, options, 1).batch(0, 6)), 4);
  options.frame_range = 100;
  options.frame_ranges = {{"clips", 0}};
  EXPECT_LE(difference(PairSource(cache_, options, 1).batch(0, 6)), 4);
}

}  // namespace
}  // namespace siamtrack::training
