// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

#include "image/crop.h"
#include "image/pixel_kernels.h"
#include "image/pixel_layout.h"
#include "reference_image.h"
#include "test_frame.h"

namespace siamtrack {
namespace {

using testing::exact_bgr;
using testing::kAllFormats;
using testing::TestFrame;

std::array<int, 3> convert(std::array<std::uint8_t, 3> yuv, ColourMatrix matrix,
                           ColourRange range) {
  pixel_kernels::yuv_to_bgr(colour_equation(matrix, range), 1, {&yuv[0], &yuv[1], &yuv[2]});
  return {yuv[0], yuv[1], yuv[2]};
}

TEST(ColourEquation, BlackWhiteAndGreyOfLimitedRange) {
  using Bgr = std::array<int, 3>;
  for (const ColourMatrix matrix :
       {ColourMatrix::kBt601, ColourMatrix::kBt709, ColourMatrix::kBt2020}) {
    EXPECT_EQ(convert({16, 128, 128}, matrix, ColourRange::kLimited), (Bgr{0, 0, 0}));
    EXPECT_EQ(convert({235, 128, 128}, matrix, ColourRange::kLimited), (Bgr{255, 255, 255}));
    EXPECT_EQ(convert({126, 128, 128}, matrix, ColourRange::kLimited), (Bgr{128, 128, 128}));
    EXPECT_EQ(convert({0, 128, 128}, matrix, ColourRange::kLimited), (Bgr{0, 0, 0}));
    EXPECT_EQ(convert({255, 128, 128}, matrix, ColourRange::kLimited), (Bgr{255, 255, 255}));
  }
}

TEST(ColourEquation, PureRedOfEachMatrix) {
  using Bgr = std::array<int, 3>;
  EXPECT_EQ(convert({81, 90, 240}, ColourMatrix::kBt601, ColourRange::kLimited), (Bgr{0, 0, 254}));
  EXPECT_EQ(convert({63, 102, 240}, ColourMatrix::kBt709, ColourRange::kLimited), (Bgr{0, 1, 255}));
  EXPECT_EQ(convert({76, 85, 255}, ColourMatrix::kBt601, ColourRange::kFull), (Bgr{0, 0, 254}));
}

// Every Y, U, V triple on a grid of step 3, every matrix and range: the integer equation rounds as
// the exact one, except where that is within its own error of a tie.
TEST(ColourEquation, RoundsAsTheExactEquation) {
  for (const ColourMatrix matrix :
       {ColourMatrix::kBt601, ColourMatrix::kBt709, ColourMatrix::kBt2020}) {
    for (const ColourRange range : {ColourRange::kLimited, ColourRange::kFull}) {
      for (int code = 0; code < 86 * 86 * 86; ++code) {
        const std::array<std::uint8_t, 3> yuv = {static_cast<std::uint8_t>(code % 86 * 3),
                                                 static_cast<std::uint8_t>(code / 86 % 86 * 3),
                                                 static_cast<std::uint8_t>(code / 7396 * 3)};
        const auto exact = exact_bgr(yuv, matrix, range);
        const auto ours = convert(yuv, matrix, range);
        for (std::size_t c = 0; c < 3; ++c) {
          const double clamped = std::clamp(exact[c], 0.0, 255.0);
          ASSERT_LE(std::abs(ours[c] - clamped), 0.5 + 3e-4) << code << " channel " << c;
        }
      }
    }
  }
}

TEST(MeanColour, IsTheMeanOfTheConvertedFrame) {
  for (const PixelFormat format : kAllFormats) {
    for (const Size size : {Size{1, 1}, Size{2, 2}, Size{61, 35}, Size{64, 48}}) {
      TestFrame frame(format, size, 5);
      const cv::Scalar expected = cv::mean(testing::reference_bgr(frame.view()));
      const Colour mean = mean_colour(frame.view());
      for (int c = 0; c < 3; ++c) {
        // A triple at a tie may round the other way; on 3000 pixels that is below 1e-3.
        EXPECT_NEAR(mean[static_cast<std::size_t>(c)], expected[c], 1e-3)
            << static_cast<int>(format) << " " << size.width << "x" << size.height;
      }
    }
  }
}

TEST(MeanColour, OfOneColourIsThatColour) {
  TestFrame frame(PixelFormat::kBgrx, {1001, 701});
  for (std::size_t i = 0; i < frame.plane(0).size(); ++i) {
    frame.plane(0)[i] = std::array<std::uint8_t, 4>{10, 200, 255, 77}[i % 4];
  }
  EXPECT_EQ(mean_colour(frame.view()), (Colour{10, 200, 255}));
}

}  // namespace
}  // namespace siamtrack
