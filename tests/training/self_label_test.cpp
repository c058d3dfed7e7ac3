// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/self_label.h"

#include <gtest/gtest.h>

#include <opencv2/imgproc.hpp>

namespace siamtrack::training {
namespace {

/// Smooth noise, which optical flow can follow.
cv::Mat texture(int width, int height, std::uint64_t seed) {
  cv::Mat noise(height, width, CV_8U);
  cv::RNG random(seed);
  random.fill(noise, cv::RNG::UNIFORM, 0, 255);
  cv::GaussianBlur(noise, noise, cv::Size(), 2);
  cv::normalize(noise, noise, 0, 255, cv::NORM_MINMAX);
  return noise;
}

/// A textured square of 60 px that moves 4 px per frame over a background at rest.
std::vector<cv::Mat> moving_square(int count) {
  const cv::Mat background = texture(320, 240, 1), square = texture(60, 60, 2);
  std::vector<cv::Mat> frames;
  for (int i = 0; i < count; ++i) {
    cv::Mat frame = background.clone();
    square.copyTo(frame(cv::Rect(60 + 4 * i, 90, 60, 60)));
    frames.push_back(frame);
  }
  return frames;
}

TEST(MedianFlow, FollowsASquare) {
  const auto frames = moving_square(2);
  const auto moved = median_flow(frames[0], frames[1], {60, 90, 60, 60});
  ASSERT_TRUE(moved);
  EXPECT_GT(iou(*moved, Box{64, 90, 60, 60}), 0.95);
}

TEST(MedianFlow, SaysWhenItFails) {
  EXPECT_FALSE(median_flow(texture(320, 240, 1), texture(320, 240, 9), {60, 90, 60, 60}));
}

TEST(ProposeBox, PrefersWhatMoves) {
  const auto frames = moving_square(2);
  Random random(1, 1);
  const auto box = propose_box(frames[0], frames[1], random);
  ASSERT_TRUE(box);
  EXPECT_GT(iou(*box, Box{60, 90, 60, 60}), 0.3);
}

TEST(SelfLabel, TracksAgreeWithTheTruth) {
  const auto frames = moving_square(20);
  const auto tracks = self_label(frames, 2, 1);
  ASSERT_FALSE(tracks.empty());
  const auto& boxes = tracks[0].boxes;
  ASSERT_EQ(boxes.size(), 20U);
  ASSERT_TRUE(boxes[0] && boxes[15]);
  EXPECT_NEAR(boxes[15]->centre_x() - boxes[0]->centre_x(), 60, 6);
}

TEST(SelfLabel, NothingInNoise) {
  std::vector<cv::Mat> frames;
  for (int i = 0; i < 10; ++i) frames.push_back(texture(160, 120, 100 + i));
  EXPECT_TRUE(self_label(frames, 3, 1).empty());
}

}  // namespace
}  // namespace siamtrack::training
