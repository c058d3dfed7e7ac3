// SPDX-License-Identifier: LGPL-2.1-or-later
#include "decode/mask.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace siamtrack {
namespace {

constexpr Size kFrame{640, 480};
constexpr int kMaskSide = 127;

// Spec section 12, "mask paste".
TEST(MaskPlace, HasTheGoldenNumbers) {
  const MaskCell cell{.centre_x = 129.5, .centre_y = 139.5, .window = 280, .column = 14, .row = 11};
  const MaskPlace place = mask_place(cell, kMaskSide, kFrame);
  EXPECT_NEAR(place.scale_x, 1.0963235294117648, 1e-12);
  EXPECT_NEAR(place.scale_y, 1.0957516339869282, 1e-12);
  EXPECT_NEAR(place.offset_x, 77.22228860294116, 1e-9);
  EXPECT_NEAR(place.offset_y, 60.86313316993464, 1e-9);

  // The same as SiamMask's crop_back() has it: the frame in mask pixels, and the mask in the frame.
  const double back_width = (kFrame.width - 1) / place.scale_x;
  const double back_height = (kFrame.height - 1) / place.scale_y;
  EXPECT_NEAR(back_width, 582.8571428571428, 1e-9);
  EXPECT_NEAR(back_height, 437.1428571428571, 1e-9);
  const double back_x = -place.offset_x / place.scale_x;
  const double back_y = -place.offset_y / place.scale_y;
  EXPECT_NEAR(back_x, -70.4375, 1e-9);
  EXPECT_NEAR(back_y, -55.544642857142854, 1e-9);
  const double enlarged = back_width / kFrame.width;
  EXPECT_NEAR(enlarged, .9107142857142856, 1e-12);
  EXPECT_NEAR(back_height / kFrame.height, enlarged, 1e-12);
  EXPECT_NEAR(-back_x / enlarged, 77.34313725490196, 1e-9);
  EXPECT_NEAR(-back_y / enlarged, 60.99019607843138, 1e-9);
  EXPECT_NEAR(kMaskSide / enlarged, 139.45098039215688, 1e-9);
}

TEST(PasteMask, EnlargesAndMoves) {
  const std::vector<float> values(16, 1.0F);
  const auto mask = paste_mask(values, 4, {10, 5, 20, 30}, kFrame, 0.5);
  ASSERT_TRUE(mask);
  // 1 falls to 0.5 half a mask pixel outside of the outermost values.
  EXPECT_NEAR(mask->x, 20 - 5, 1);
  EXPECT_NEAR(mask->size.width, 4 * 10, 1);
  EXPECT_NEAR(mask->y, 30 - 2.5, 1);
  EXPECT_NEAR(mask->size.height, 4 * 5, 1);
  ASSERT_EQ(mask->pixels.size(), std::size_t(mask->size.width) * mask->size.height);
  EXPECT_EQ(mask->pixels.front(), 0) << "the corners are rounded: 0.5 in both directions";
  EXPECT_EQ(mask->pixels[mask->pixels.size() / 2], 255);
}

TEST(PasteMask, InterpolatesBetweenValues) {
  const std::vector<float> values = {0, 1, 0, 1};  // rises from left to right
  const auto mask = paste_mask(values, 2, {100, 100, 50, 50}, kFrame, 0.305);
  ASSERT_TRUE(mask);
  EXPECT_EQ(mask->x, 50 + 31);                      // the first above the threshold
  EXPECT_EQ(mask->x + mask->size.width, 150 + 70);  // and the last: 0 outside
}

TEST(PasteMask, IsCutAtTheFrame) {
  const std::vector<float> values(16, 1.0F);
  const auto mask = paste_mask(values, 4, {10, 10, -20, 470}, kFrame, 0.5);
  ASSERT_TRUE(mask);
  EXPECT_EQ(mask->x, 0);
  EXPECT_EQ(mask->y + mask->size.height, kFrame.height);
}

TEST(PasteMask, WithNothingInsideThereIsNone) {
  const std::vector<float> values(16, 1.0F);
  EXPECT_FALSE(paste_mask(values, 4, {10, 10, 700, 20}, kFrame, 0.5));
  EXPECT_FALSE(paste_mask(values, 4, {10, 10, -1e9, 20}, kFrame, 0.5));
  EXPECT_FALSE(paste_mask(std::vector<float>(16, 0.4F), 4, {10, 10, 20, 20}, kFrame, 0.5));
}

}  // namespace
}  // namespace siamtrack
