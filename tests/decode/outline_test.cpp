// SPDX-License-Identifier: LGPL-2.1-or-later
#include "decode/outline.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace siamtrack {
namespace {

constexpr int kSide = 128;
constexpr int kPatch = 255;
constexpr Size kFrame{640, 480};
constexpr SubWindow kSameSize{100, 50, kPatch};  // a patch pixel is a frame pixel

/// 1 inside of a box of the map, 0 outside, falling over two cells at its edges, where it is 0.5.
std::vector<float> soft_box(double left, double top, double right, double bottom) {
  std::vector<float> values;
  const auto inside = [](double at, double low, double high) {
    return std::clamp(std::min(at - low, high - at) / 2 + 0.5, 0.0, 1.0);
  };
  for (int v = 0; v < kSide; ++v) {
    for (int u = 0; u < kSide; ++u) {
      values.push_back(
          static_cast<float>(std::min(inside(u, left, right), inside(v, top, bottom))));
    }
  }
  return values;
}

double area(const Mask& mask) {
  return std::accumulate(mask.pixels.begin(), mask.pixels.end(), 0.0) / 255;
}

TEST(Outline, HasItsEdgesBetweenPixels) {
  const auto outline =
      outline_of(soft_box(40.3, 50.25, 80.1, 61.5), kSide, kPatch, kSameSize, kFrame, 0.5);
  ASSERT_TRUE(outline);
  // Value u belongs to pixel 2u, whose middle is at 2u + 0.5.
  EXPECT_NEAR(outline->box.x, 100 + 2 * 40.3 + 0.5, 1e-4);
  EXPECT_NEAR(outline->box.y, 50 + 2 * 50.25 + 0.5, 1e-4);
  EXPECT_NEAR(outline->box.width, 2 * 39.8, 1e-4);
  EXPECT_NEAR(outline->box.height, 2 * 11.25, 1e-4);
}

TEST(Outline, FollowsTheWindowsScale) {
  const SubWindow half{20, 10, 128};
  const double scale = 128.0 / kPatch;
  const auto outline = outline_of(soft_box(40, 50, 80, 60), kSide, kPatch, half, kFrame, 0.5);
  ASSERT_TRUE(outline);
  EXPECT_NEAR(outline->box.x, 20 + (2 * 40 + 0.5) * scale, 1e-4);
  EXPECT_NEAR(outline->box.width, 80 * scale, 1e-4);
  EXPECT_NEAR(area(outline->mask), outline->box.area(), 0.05 * outline->box.area());
}

TEST(Outline, TheMaskIsWhatIsAboveTheThreshold) {
  const auto outline =
      outline_of(soft_box(40.25, 50.25, 80.25, 60.25), kSide, kPatch, kSameSize, kFrame, 0.5);
  ASSERT_TRUE(outline);
  EXPECT_EQ(outline->mask.x, 181);  // 100 + 2 * 40.25 = 180.5
  EXPECT_EQ(outline->mask.y, 151);
  EXPECT_EQ(outline->mask.size, (Size{80, 20}));
  EXPECT_NEAR(area(outline->mask), 80 * 20, 4) << "bilinear values are less at the corners";
  ASSERT_TRUE(outline->rotated);
  EXPECT_NEAR(outline->rotated->centre_x, outline->box.centre_x(), 1);
  EXPECT_NEAR(outline->rotated->centre_y, outline->box.centre_y(), 1);
}

TEST(Outline, OnlyTheLargestPartCounts) {
  std::vector<float> values = soft_box(40, 50, 80, 60);
  const std::vector<float> other = soft_box(90, 50, 95, 100);
  const auto alone = outline_of(values, kSide, kPatch, kSameSize, kFrame, 0.5);
  std::ranges::transform(values, other, values.begin(), [](float a, float b) { return a + b; });
  const auto both = outline_of(values, kSide, kPatch, kSameSize, kFrame, 0.5);
  ASSERT_TRUE(alone && both);
  EXPECT_EQ(both->box, alone->box);
  EXPECT_EQ(both->mask.pixels, alone->mask.pixels);
}

TEST(Outline, AtTheEdgeOfThePatchIsWhole) {
  for (const auto& [left, top] : {std::pair{-4.0, 40.0}, {40.0, -4.0}, {110.0, 110.0}}) {
    const auto outline = outline_of(soft_box(left, top, left + 40.5, top + 30.5), kSide, kPatch,
                                    kSameSize, kFrame, 0.5);
    ASSERT_TRUE(outline);
    const Box bounds{double(outline->mask.x), double(outline->mask.y),
                     double(outline->mask.size.width), double(outline->mask.size.height)};
    EXPECT_GT(iou(bounds, outline->box), 0.9) << left << ", " << top;
    EXPECT_GT(area(outline->mask), 0.9 * bounds.area()) << left << ", " << top;
  }
}

TEST(Outline, IsEmptyWhereNothingIsSeen) {
  EXPECT_FALSE(
      outline_of(std::vector<float>(kSide * kSide, 0.4F), kSide, kPatch, kSameSize, kFrame, 0.5));
  EXPECT_FALSE(
      outline_of(soft_box(40, 50, 80, 60), kSide, kPatch, {2000, 50, kPatch}, kFrame, 0.5));
  const auto all = outline_of(std::vector<float>(kSide * kSide, 1.0F), kSide, kPatch,
                              {-100, -100, 2000}, kFrame, 0.5);
  ASSERT_TRUE(all);
  EXPECT_EQ(all->mask.size, kFrame);
}

TEST(Outline, FitsWhatWasMeant) {
  const Box given{0, 0, 100, 100};
  EXPECT_EQ(fit(given, given), 1);
  EXPECT_NEAR(fit(given, {0, 0, 100, 80}), 0.5, 1e-12) << "they overlap by .8";
  EXPECT_EQ(fit(given, {0, 0, 100, 60}), 0);
  EXPECT_EQ(fit(given, {0, 0, NAN, 100}), 0);
}

TEST(Outline, BetweenTwoBoxesOfTheSameThing) {
  const Box box{10, 20, 100, 50}, outline{14, 20, 92, 60};
  EXPECT_EQ(between(box, outline, 0), box);
  EXPECT_EQ(between(box, outline, 1), outline);
  EXPECT_EQ(between(box, outline, 0.5), (Box{12, 20, 96, 55}));
  EXPECT_EQ(between(box, {60, 20, 100, 50}, 1), box) << "they overlap by a third";
  EXPECT_EQ(between(box, {10, 20, NAN, 50}, 1), box);
}

}  // namespace
}  // namespace siamtrack
