// SPDX-License-Identifier: LGPL-2.1-or-later
#include "image/crop.h"

#include <gtest/gtest.h>

#include <cmath>
#include <opencv2/imgproc.hpp>
#include <random>
#include <string>
#include <vector>

#include "reference_image.h"
#include "test_frame.h"

namespace siamtrack {
namespace {

using testing::kAllFormats;
using testing::reference_bgr;
using testing::reference_crop;
using testing::TestFrame;

const Colour kBorder = {103.9F, 11.2F, 200.7F};
constexpr double kOneLevel = 1.0;

std::vector<float> cut(const FrameView& frame, const SubWindow& window, int side,
                       ChannelOrder order = ChannelOrder::kBgr) {
  std::vector<float> out(static_cast<std::size_t>(side) * side * 3, -1.0F);
  crop(frame, window, kBorder, side, order, out.data());
  return out;
}

/// Largest difference in grey levels from the slow way.
double difference(const FrameView& frame, const cv::Mat& bgr, const SubWindow& window, int side) {
  std::vector<float> ours = cut(frame, window, side);
  cv::Mat reference;
  reference_crop(bgr, window, kBorder, side).convertTo(reference, CV_32FC3);
  return cv::norm(cv::Mat(side, side, CV_32FC3, ours.data()), reference, cv::NORM_INF);
}

std::string describe_window(const SubWindow& window, int side) {
  return "window " + std::to_string(window.x) + "," + std::to_string(window.y) + " size " +
         std::to_string(window.size) + " to " + std::to_string(side);
}

class CropOfFormat : public ::testing::TestWithParam<PixelFormat> {};

TEST_P(CropOfFormat, MatchesConvertPadResizeOverRandomWindows) {
  std::minstd_rand random(7);
  for (const Size size : {Size{96, 64}, Size{97, 63}, Size{33, 65}}) {
    for (const int padding : {0, 13}) {
      TestFrame frame(GetParam(), size, padding);
      const cv::Mat bgr = reference_bgr(frame.view());
      for (int i = 0; i < 40; ++i) {
        const SubWindow window{std::uniform_int_distribution<int>(-120, 120)(random),
                               std::uniform_int_distribution<int>(-120, 120)(random),
                               std::uniform_int_distribution<int>(1, 200)(random)};
        const int side = std::uniform_int_distribution<int>(1, 80)(random);
        ASSERT_LE(difference(frame.view(), bgr, window, side), kOneLevel)
            << describe_window(window, side) << " padding " << padding;
      }
    }
  }
}

TEST_P(CropOfFormat, MatchesOnTinyFrames) {
  for (const Size size : {Size{1, 1}, Size{2, 2}, Size{1, 3}, Size{3, 1}, Size{16, 16}}) {
    TestFrame frame(GetParam(), size);
    const cv::Mat bgr = reference_bgr(frame.view());
    for (const SubWindow window : {SubWindow{0, 0, 1}, SubWindow{0, 0, 2}, SubWindow{-1, -1, 4},
                                   SubWindow{-30, -30, 64}, SubWindow{-300, -300, 600}}) {
      for (const int side : {1, 2, 7, 31, 64}) {
        ASSERT_LE(difference(frame.view(), bgr, window, side), kOneLevel)
            << describe_window(window, side) << " of " << size.width << "x" << size.height;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, CropOfFormat, ::testing::ValuesIn(kAllFormats));

class CropOfColour : public ::testing::TestWithParam<std::tuple<ColourMatrix, ColourRange>> {};

TEST_P(CropOfColour, MatchesConvertPadResize) {
  TestFrame frame(PixelFormat::kNv12, {61, 47}, 3);
  std::tie(frame.view().matrix, frame.view().range) = GetParam();
  const cv::Mat bgr = reference_bgr(frame.view());
  for (const SubWindow window : {SubWindow{5, 3, 40}, SubWindow{-9, 20, 50}}) {
    EXPECT_LE(difference(frame.view(), bgr, window, 33), kOneLevel);
  }
}

INSTANTIATE_TEST_SUITE_P(
    MatricesAndRanges, CropOfColour,
    ::testing::Combine(::testing::Values(ColourMatrix::kBt601, ColourMatrix::kBt709,
                                         ColourMatrix::kBt2020),
                       ::testing::Values(ColourRange::kLimited, ColourRange::kFull)));

TEST(Crop, WithoutResizeCopiesPixelsAndTruncatesTheBorder) {
  TestFrame frame(PixelFormat::kBgr, {8, 6});
  const std::vector<float> patch = cut(frame.view(), {-1, -1, 5}, 5);
  for (int x = 0; x < 5; ++x) {
    EXPECT_EQ(patch[static_cast<std::size_t>(3 * x)], 103);
    EXPECT_EQ(patch[static_cast<std::size_t>(3 * x + 1)], 11);
    EXPECT_EQ(patch[static_cast<std::size_t>(3 * x + 2)], 200);
  }
  EXPECT_EQ(patch[3 * 6 + 1], frame.plane(0)[1]);
}

TEST(Crop, HalvingIsTheMeanOfTwoByTwoPixels) {
  TestFrame frame(PixelFormat::kGray8, {20, 20});
  frame.view().range = ColourRange::kFull;
  const std::vector<float> patch = cut(frame.view(), {2, 4, 10}, 5);
  const auto& grey = frame.plane(0);
  for (int i = 0; i < 25; ++i) {
    const auto at = static_cast<std::size_t>((4 + 2 * (i / 5)) * 20 + 2 + 2 * (i % 5));
    const int sum = grey[at] + grey[at + 1] + grey[at + 20] + grey[at + 21];
    EXPECT_EQ(patch[static_cast<std::size_t>(3 * i)], (sum + 2) / 4);
  }
}

TEST(Crop, RgbOrderIsBgrWithTheEndsSwapped) {
  TestFrame frame(PixelFormat::kI420, {40, 30});
  const SubWindow window{-4, 6, 31};
  const std::vector<float> bgr = cut(frame.view(), window, 17);
  const std::vector<float> rgb = cut(frame.view(), window, 17, ChannelOrder::kRgb);
  for (std::size_t i = 0; i < bgr.size(); i += 3) {
    ASSERT_EQ(bgr[i], rgb[i + 2]);
    ASSERT_EQ(bgr[i + 1], rgb[i + 1]);
    ASSERT_EQ(bgr[i + 2], rgb[i]);
  }
}

TEST(Crop, WhollyOutsideIsTheBorderColour) {
  TestFrame frame(PixelFormat::kNv12, {40, 30});
  for (const SubWindow window : {SubWindow{40, 0, 30}, SubWindow{-30, 0, 30}, SubWindow{0, 30, 30},
                                 SubWindow{0, -30, 30}, SubWindow{1 << 29, -(1 << 29), 1 << 29}}) {
    const std::vector<float> patch = cut(frame.view(), window, 9);
    for (std::size_t i = 0; i < patch.size(); i += 3) {
      ASSERT_EQ(patch[i], 103) << describe_window(window, 9);
      ASSERT_EQ(patch[i + 1], 11);
      ASSERT_EQ(patch[i + 2], 200);
    }
  }
}

TEST(Crop, ReadsFramesStoredBottomUp) {
  TestFrame frame(PixelFormat::kBgr, {12, 10});
  cv::Mat flipped;
  cv::flip(reference_bgr(frame.view()), flipped, 0);
  Plane& plane = frame.view().planes[0];
  plane.data += 9 * plane.stride;
  plane.stride = -plane.stride;
  EXPECT_LE(difference(frame.view(), flipped, {-2, 1, 12}, 20), kOneLevel);
}

TEST(Crop, LargeFrameToNetworkInput) {
  TestFrame frame(PixelFormat::kNv12, {1280, 720}, 64);
  frame.view().matrix = ColourMatrix::kBt709;
  const cv::Mat bgr = reference_bgr(frame.view());
  for (const SubWindow window : {SubWindow{400, 200, 280}, SubWindow{1100, 600, 255},
                                 SubWindow{301, -77, 510}, SubWindow{-200, -300, 1500}}) {
    EXPECT_LE(difference(frame.view(), bgr, window, 255), kOneLevel)
        << describe_window(window, 255);
  }
}

}  // namespace
}  // namespace siamtrack
