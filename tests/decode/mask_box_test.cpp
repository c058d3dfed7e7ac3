// SPDX-License-Identifier: LGPL-2.1-or-later
#include "decode/mask_box.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <utility>

namespace siamtrack {
namespace {

constexpr Size kFrame{200, 160};

/// A mask of the pixels for which `inside(x, y)` holds, at (10, 20) in the frame.
template <typename Inside>
Mask drawn(const Inside& inside) {
  Mask mask{10, 20, {120, 100}, {}};
  for (int y = 0; y < mask.size.height; ++y) {
    for (int x = 0; x < mask.size.width; ++x) mask.pixels.push_back(inside(x, y) ? 255 : 0);
  }
  return mask;
}

TEST(SmallestBox, FitsATurnedRectangle) {
  constexpr double kAngle = std::numbers::pi / 6;
  const Mask mask = drawn([](int x, int y) {
    const double along = (x - 60) * std::cos(kAngle) + (y - 50) * std::sin(kAngle);
    const double across = (y - 50) * std::cos(kAngle) - (x - 60) * std::sin(kAngle);
    return std::abs(along) <= 40 && std::abs(across) <= 15;
  });
  const auto box = smallest_box(mask);
  ASSERT_TRUE(box);
  EXPECT_NEAR(box->centre_x, 10 + 60, 1);
  EXPECT_NEAR(box->centre_y, 20 + 50, 1);
  EXPECT_NEAR(std::max(box->width, box->height), 80, 2);
  EXPECT_NEAR(std::min(box->width, box->height), 30, 2);
  const double turned = box->width > box->height ? box->angle : box->angle - std::numbers::pi / 2;
  EXPECT_NEAR(turned, kAngle, 0.05);
}

TEST(SmallestBox, TakesTheLargestPart) {
  const Mask mask = drawn([](int x, int y) {
    return (x < 12 && y < 12) || (x >= 40 && x <= 100 && y >= 30 && y <= 60);
  });
  const auto box = smallest_box(mask);
  ASSERT_TRUE(box);
  EXPECT_NEAR(box->centre_x, 10 + 70, 0.5);
  EXPECT_NEAR(box->centre_y, 20 + 45, 0.5);
}

TEST(SmallestBox, ASpeckHasNone) {
  EXPECT_FALSE(smallest_box(drawn([](int x, int y) { return x < 11 && y < 11; })));
  EXPECT_TRUE(smallest_box(drawn([](int x, int y) { return x < 12 && y < 12; })));
}

constexpr double kPublishedShare = 0.2583;

/// Coordinates along and across an axis that is turned by `angle` about the middle of the mask.
std::pair<double, double> along_across(int x, int y, double angle) {
  const double dx = x - 60, dy = y - 50;
  return {dx * std::cos(angle) + dy * std::sin(angle), dy * std::cos(angle) - dx * std::sin(angle)};
}

/// The box with its longer side as width.
RotatedBox lying(RotatedBox box) {
  if (box.width < box.height) {
    std::swap(box.width, box.height);
    box.angle -= std::numbers::pi / 2;
  }
  return box;
}

TEST(EllipseBox, FitsATurnedRectangle) {
  for (const double angle : {0.0, 0.5, 1.2}) {
    const auto box = ellipse_box(drawn([angle](int x, int y) {
                                   const auto [along, across] = along_across(x, y, angle);
                                   return std::abs(along) <= 40 && std::abs(across) <= 15;
                                 }),
                                 kPublishedShare, kFrame);
    ASSERT_TRUE(box);
    EXPECT_NEAR(lying(*box).centre_x, 10 + 60, 1.5);
    EXPECT_NEAR(lying(*box).centre_y, 20 + 50, 1.5);
    EXPECT_NEAR(lying(*box).width, 80, 3);
    EXPECT_NEAR(lying(*box).height, 30, 3);
    EXPECT_NEAR(std::sin(lying(*box).angle - angle), 0, 0.03);
  }
}

TEST(EllipseBox, SidesMoveInwardsUntilEnoughOfThemIsSet) {
  // An ellipse is as wide as a share s of its axis at sqrt(1 - s^2) of the other axis. The sides
  // along the longer axis move first.
  const auto half = [](double share) {
    const auto box = ellipse_box(drawn([](int x, int y) {
                                   const auto [along, across] = along_across(x, y, 0.4);
                                   return std::pow(along / 45, 2) + std::pow(across / 30, 2) <= 1;
                                 }),
                                 share, kFrame);
    return lying(box.value()).height / 2;
  };
  for (const double share : {kPublishedShare, 0.5, 0.8}) {
    EXPECT_NEAR(half(share), 30 * std::sqrt(1 - share * share), 0.02 * 60) << share;
  }
}

TEST(EllipseBox, HasTheGoldenNumbers) {
  // A turned body with an arm on one side, by spec section 8.5 in Python on whole frames.
  const auto box =
      ellipse_box(drawn([](int x, int y) {
                    const auto [along, across] = along_across(x, y, 0.4);
                    const bool body = std::abs(along) <= 30 && std::abs(across) <= 18;
                    return body || (along > 0 && along <= 55 && std::abs(across - 6) <= 3);
                  }),
                  kPublishedShare, kFrame);
  ASSERT_TRUE(box);
  EXPECT_NEAR(box->centre_x, 70.10694, 1e-3);
  EXPECT_NEAR(box->centre_y, 70.36680, 1e-3);
  EXPECT_NEAR(box->width, 34.82410, 1e-3);
  EXPECT_NEAR(box->height, 59.21472, 1e-3);
  EXPECT_NEAR(box->angle, 113.798569 * std::numbers::pi / 180, 1e-5);
}

TEST(EllipseBox, LeavesATailOutside) {
  const Mask mask = drawn([](int x, int y) {
    const bool body = std::abs(x - 50) <= 25 && std::abs(y - 50) <= 20;
    return body || (x > 50 && x < 118 && std::abs(y - 50) <= 1);
  });
  EXPECT_NEAR(smallest_box(mask)->width * smallest_box(mask)->height, 92 * 40, 200);
  const auto box = ellipse_box(mask, kPublishedShare, kFrame);
  ASSERT_TRUE(box);
  EXPECT_NEAR(lying(*box).width, 50, 4);
  EXPECT_NEAR(lying(*box).centre_x, 10 + 50, 2.5);
}

TEST(EllipseBox, ASpeckHasNoneAndAFullMaskOne) {
  EXPECT_FALSE(ellipse_box(drawn([](int x, int y) { return x < 11 && y < 11; }), 0.2, kFrame));
  EXPECT_TRUE(ellipse_box(drawn([](int, int) { return true; }), 0.2, kFrame));
  EXPECT_TRUE(ellipse_box(drawn([](int x, int) { return x < 3; }), 1, kFrame));
}

}  // namespace
}  // namespace siamtrack
