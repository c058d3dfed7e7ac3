// SPDX-License-Identifier: LGPL-2.1-or-later
#include "geometry/search_region.h"

#include <gtest/gtest.h>

#include <cmath>

namespace siamtrack {
namespace {

constexpr double kExemplar = 127;

TEST(ContextSide, GoldenNumbers) {
  const double side = context_side(60, 80);
  EXPECT_NEAR(side, 139.64240043768942, 1e-12);
  EXPECT_NEAR(kExemplar / side, 0.9094658900300797, 1e-14);
  EXPECT_NEAR(side * 255 / kExemplar, 280.3843473355181, 1e-10);
  EXPECT_NEAR(side * 271 / kExemplar, 297.977, 1e-3);
  EXPECT_NEAR(side * 287 / kExemplar, 315.570, 1e-3);
  EXPECT_NEAR(side * 351 / kExemplar, 385.941, 1e-3);
  EXPECT_NEAR(side * 831 / kExemplar, 913.723, 1e-3);
  const double smallest = context_side(10, 10);
  EXPECT_DOUBLE_EQ(smallest, 20);
  EXPECT_DOUBLE_EQ(kExemplar / smallest, 6.35);
  EXPECT_NEAR(smallest * 255 / kExemplar, 40.157, 1e-3);
}

TEST(ContextSide, WithoutContextIsTheGeometricMean) { EXPECT_DOUBLE_EQ(context_side(16, 4, 0), 8); }

TEST(SubWindow, SizeIsTheRoundedSide) {
  EXPECT_EQ(sub_window(0, 0, 139.6424).size, 140);
  EXPECT_EQ(sub_window(0, 0, 280.38434).size, 280);
  EXPECT_EQ(sub_window(0, 0, 40.157).size, 40);
}

TEST(SubWindow, SizeTiesFollowTheReference) {
  EXPECT_EQ(sub_window(0, 0, 140.5, Rounding::kPysot).size, 140);
  EXPECT_EQ(sub_window(0, 0, 140.5, Rounding::kHalfEven).size, 140);
  EXPECT_EQ(sub_window(0, 0, 140.5, Rounding::kAwayFromZero).size, 141);
}

TEST(SubWindow, CornerWithoutTiesIsTheSameForAll) {
  for (const Rounding rounding : {Rounding::kPysot, Rounding::kHalfEven}) {
    const SubWindow window = sub_window(129.5, 139.5, 139, rounding);
    EXPECT_EQ(window.x, 60);
    EXPECT_EQ(window.y, 70);
    EXPECT_EQ(window.size, 139);
  }
}

TEST(SubWindow, CornerTiesFollowTheReference) {
  EXPECT_EQ(sub_window(100, 101, 278, Rounding::kPysot).x, -39);
  EXPECT_EQ(sub_window(100, 101, 278, Rounding::kHalfEven).x, -40);
  EXPECT_EQ(sub_window(100, 101, 278, Rounding::kAwayFromZero).x, -40);
  EXPECT_EQ(sub_window(100, 101, 278, Rounding::kPysot).y, -38);
  EXPECT_EQ(sub_window(100, 101, 278, Rounding::kHalfEven).y, -38);
  EXPECT_EQ(sub_window(100, 101, 278, Rounding::kAwayFromZero).y, -39);
  EXPECT_EQ(sub_window(300, 0, 278, Rounding::kAwayFromZero).x, 161);
}

TEST(SubWindow, EndsWhereTheReferenceDoes) {
  const auto last = [](double centre, Rounding rounding) {
    const SubWindow window = sub_window(centre, centre, 278, rounding);
    return window.x + window.size - 1;
  };
  EXPECT_EQ(last(100, Rounding::kPysot), 238);
  EXPECT_EQ(last(100, Rounding::kHalfEven), 237);
  EXPECT_EQ(last(101, Rounding::kPysot), 239);
  EXPECT_EQ(last(101, Rounding::kHalfEven), 239);
}

TEST(SubWindow, PysotMovesByOnePixelWithTheCentre) {
  for (int centre = -50; centre < 50; ++centre) {
    EXPECT_EQ(sub_window(centre + 1, 0, 278).x, sub_window(centre, 0, 278).x + 1);
  }
}

TEST(SubWindow, SideIsAtLeastOnePixel) {
  EXPECT_EQ(sub_window(5, 5, 0.01).size, 1);
  EXPECT_EQ(sub_window(5, 5, 0).size, 1);
}

TEST(SubWindow, HugeValuesSaturate) {
  const SubWindow window = sub_window(1e300, -1e300, 1e300);
  EXPECT_EQ(window.x, 1 << 29);
  EXPECT_EQ(window.y, -(1 << 29));
  EXPECT_EQ(window.size, 1 << 29);
}

}  // namespace
}  // namespace siamtrack
