// SPDX-License-Identifier: LGPL-2.1-or-later
#include "decode/mask.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

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

/// The same pixel by pixel from the definition, over the whole frame.
std::vector<std::uint8_t> defined(const std::vector<float>& values, int side,
                                  const MaskPlace& place, double threshold) {
  const auto value = [&](double column, double row) {
    const bool inside = column >= 0 && row >= 0 && column < side && row < side;
    return inside ? double{values[static_cast<std::size_t>(row * side + column)]} : 0.0;
  };
  std::vector<std::uint8_t> pixels;
  for (int y = 0; y < kFrame.height; ++y) {
    for (int x = 0; x < kFrame.width; ++x) {
      const double u = (x - place.offset_x) / place.scale_x;
      const double v = (y - place.offset_y) / place.scale_y;
      double sum = 0;
      for (const double row : {std::floor(v), std::floor(v) + 1}) {
        for (const double column : {std::floor(u), std::floor(u) + 1}) {
          sum += value(column, row) * (1 - std::abs(u - column)) * (1 - std::abs(v - row));
        }
      }
      pixels.push_back(sum > threshold ? 255 : 0);
    }
  }
  return pixels;
}

TEST(PasteMask, IsBilinearAtEveryScale) {
  constexpr int kSide = 9;
  std::vector<float> values;
  for (int i = 0; i < kSide * kSide; ++i) values.push_back(static_cast<float>(i * 37 % 81) / 81);
  for (const MaskPlace& place : {MaskPlace{50.3, 31.7, 12.6, 20.1},
                                 {0.21, 1.3, 300.4, -3.2},
                                 {90.1, 0.4, -200.7, 470.2},
                                 {1, 1, 3, 4}}) {
    const auto mask = paste_mask(values, kSide, place, kFrame, 0.4567);
    ASSERT_TRUE(mask);
    std::vector<std::uint8_t> found(std::size_t{kFrame.width} * kFrame.height);
    for (int row = 0; row < mask->size.height; ++row) {
      std::copy_n(mask->pixels.begin() + std::ptrdiff_t{row} * mask->size.width, mask->size.width,
                  found.begin() + std::ptrdiff_t{mask->y + row} * kFrame.width + mask->x);
    }
    EXPECT_EQ(found, defined(values, kSide, place, 0.4567)) << place.scale_x;
  }
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
