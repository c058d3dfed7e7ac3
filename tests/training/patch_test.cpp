// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/patch.h"

#include <gtest/gtest.h>

#include <opencv2/imgproc.hpp>

#include "training/compose.h"

namespace siamtrack::training {
namespace {

/// Black picture with a white rectangle; box of the pixels above one half.
cv::Mat white_box(int width, int height, const cv::Rect& box) {
  cv::Mat picture(height, width, CV_8UC3, cv::Scalar::all(0));
  picture(box) = cv::Scalar::all(255);
  return picture;
}

Box bright_box(const cv::Mat& patch) {
  cv::Mat grey;
  cv::extractChannel(patch, grey, 0);
  const cv::Rect found = cv::boundingRect(cv::Mat(grey > 127));
  return {static_cast<double>(found.x), static_cast<double>(found.y),
          static_cast<double>(found.width), static_cast<double>(found.height)};
}

TEST(PatchView, ContextSquareSpansTheExemplar) {
  Random random(1, 0);
  const Box box{100, 90, 60, 80};
  const PatchView view = random_view(box, 127, 255, {}, false, random);
  EXPECT_NEAR(view.step_x, 139.64240043768942 / 127, 1e-12);  // spec section 12
  const Box target = view.to_patch(box);
  EXPECT_NEAR(target.centre_x(), 127.5, 1e-9);
  EXPECT_NEAR(target.width, 60 * 0.9094658900300797, 1e-9);
}

TEST(PatchView, BoxFollowsThePixels) {
  const cv::Rect place(120, 80, 48, 30);
  const cv::Mat picture = white_box(320, 240, place);
  const Box box{120, 80, 48, 30};
  for (int i = 0; i < 50; ++i) {
    Random random(7, static_cast<std::uint64_t>(i));
    const PatchView view = random_view(box, 127, 255, {64, 0.18, 0.1}, i % 2 == 1, random);
    const Box expected = view.to_patch(box);
    const Box found = bright_box(cut(picture, view, cv::Scalar::all(0)));
    EXPECT_NEAR(found.centre_x(), expected.centre_x(), 1) << i;
    EXPECT_NEAR(found.centre_y(), expected.centre_y(), 1) << i;
    EXPECT_NEAR(found.width, expected.width, 1.5) << i;
    EXPECT_NEAR(found.height, expected.height, 1.5) << i;
  }
}

TEST(PatchView, StaysWithinTheLimitsAndReachesThem) {
  double shift = 0, large = 0, small = 1e9;
  for (int i = 0; i < 2000; ++i) {
    Random random(3, static_cast<std::uint64_t>(i));
    const PatchView view = random_view({50, 50, 40, 40}, 127, 255, {64, 0.18, 0}, false, random);
    const Box target = view.to_patch({50, 50, 40, 40});
    shift = std::max(shift, std::abs(target.centre_x() - 127.5));
    large = std::max(large, view.step_x / (80.0 / 127));
    small = std::min(small, view.step_x / (80.0 / 127));
  }
  EXPECT_LE(shift, 64);
  EXPECT_GT(shift, 62);
  EXPECT_LE(large, 1.18);
  EXPECT_GT(large, 1.17);
  EXPECT_GE(small, 0.82);
  EXPECT_LT(small, 0.83);
}

TEST(PatchView, FillsWithTheBorderColour) {
  const cv::Mat picture(10, 10, CV_8UC3, cv::Scalar::all(200));
  const cv::Mat patch = cut(picture, {5, 5, 1, 1, 40}, cv::Scalar(1, 2, 3));
  EXPECT_EQ(patch.at<cv::Vec3b>(0, 0), cv::Vec3b(1, 2, 3));
  EXPECT_EQ(patch.at<cv::Vec3b>(20, 20), cv::Vec3b(200, 200, 200));
}

TEST(Paste, ReturnsTheBoxOfTheVisiblePixels) {
  Sprite sprite{cv::Mat(30, 20, CV_8UC3, cv::Scalar::all(255)), cv::Mat(30, 20, CV_32F)};
  sprite.opacity = 1.0F;
  for (const double angle : {0.0, 0.3, -0.8}) {
    cv::Mat scene(200, 200, CV_8UC3, cv::Scalar::all(0));
    const Box box = paste(scene, sprite, 90, 110, 2.5, angle).box;
    const Box found = bright_box(scene);
    EXPECT_NEAR(box.x, found.x, 2) << angle;
    EXPECT_NEAR(box.y, found.y, 2) << angle;
    EXPECT_NEAR(box.width, found.width, 3.5) << angle;
    EXPECT_NEAR(box.height, found.height, 3.5) << angle;
  }
}

TEST(RandomBox, LiesInItsFrameHoweverSmall) {
  Random random(1, 2);
  for (const Size frame : {Size{1, 1}, Size{2, 300}, Size{640, 480}}) {
    for (int i = 0; i < 50; ++i) {
      const Box box = random_box(frame, {0.12, 0.45, 2.2}, random);
      EXPECT_GE(std::min(box.width, box.height), 1);
      EXPECT_GE(std::min(box.x, box.y), 0);
      EXPECT_LE(box.x + box.width, frame.width);
      EXPECT_LE(box.y + box.height, frame.height);
    }
  }
}

}  // namespace
}  // namespace siamtrack::training
