// SPDX-License-Identifier: LGPL-2.1-or-later
#include "evaluation/masks.h"

#include <gtest/gtest.h>

namespace siamtrack::evaluation {
namespace {

cv::Mat square(int x, int y, int side) {
  cv::Mat mask = cv::Mat::zeros(100, 100, CV_8UC1);
  mask(cv::Rect(x, y, side, side)) = 255;
  return mask;
}

TEST(Masks, RegionSimilarityCountsPixels) {
  EXPECT_DOUBLE_EQ(region_similarity(square(10, 10, 20), square(10, 10, 20)), 1);
  EXPECT_NEAR(region_similarity(square(10, 10, 20), square(20, 10, 20)), 200.0 / 600, 1e-12);
  EXPECT_DOUBLE_EQ(region_similarity(square(0, 0, 0), square(0, 0, 0)), 1);
}

TEST(Masks, ContourAllowsTwoPixelsHere) {
  // 0.8 % of the diagonal of 100 x 100 is 1.13: two pixels.
  EXPECT_DOUBLE_EQ(contour_accuracy(square(10, 10, 20), square(10, 10, 20)), 1);
  EXPECT_DOUBLE_EQ(contour_accuracy(square(10, 10, 20), square(12, 10, 20)), 1);
  EXPECT_LT(contour_accuracy(square(10, 10, 20), square(14, 10, 20)), 1);
  EXPECT_DOUBLE_EQ(contour_accuracy(square(10, 10, 20), square(60, 60, 20)), 0);
  EXPECT_DOUBLE_EQ(contour_accuracy(square(10, 10, 20), square(0, 0, 0)), 0);
}

TEST(Masks, StatisticsLeaveTheEndsOut) {
  // Eight counted values, falling from 0.8 to 0.1.
  const auto s = mask_statistics({9, .8, .7, .6, .5, .4, .3, .2, .1, 9});
  EXPECT_NEAR(s.mean, 0.45, 1e-12);
  EXPECT_NEAR(s.recall, 3.0 / 8, 1e-12);
  // Quarters end at round(linspace(1, 8, 5)) = 1, 3, 5, 6, 8: values 1 to 3 and 6 to 8.
  EXPECT_NEAR(s.decay, 0.7 - 0.2, 1e-12);
}

TEST(Masks, RegionsAreDrawnInTheFrame) {
  const Mask mask{-1, 0, {2, 1}, {255, 255}};
  const cv::Mat picture = draw_mask(mask, {4, 4});
  EXPECT_EQ(cv::countNonZero(picture), 1);
  EXPECT_EQ(picture.at<uchar>(0, 0), 255);
  EXPECT_EQ(cv::countNonZero(draw_mask(Special{0}, {4, 4})), 0);
}

}  // namespace
}  // namespace siamtrack::evaluation
