// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <string>

#include "image/crop.h"
#include "siamtrack/error.h"
#include "test_frame.h"

namespace siamtrack {
namespace {

using testing::TestFrame;

/// The message of the Error(kUnsupportedInput) with which reading `frame` fails.
std::string complaint(const FrameView& frame) {
  std::array<float, 3> out{};
  std::string text;
  try {
    crop(frame, {0, 0, 1}, {}, 1, ChannelOrder::kBgr, out.data());
    ADD_FAILURE() << "accepted by crop()";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kUnsupportedInput);
    text = error.what();
  }
  EXPECT_THROW(mean_colour(frame), Error);
  return text;
}

TEST(FrameCheck, MissingPlaneIsNamed) {
  for (std::size_t plane = 0; plane < 3; ++plane) {
    TestFrame frame(PixelFormat::kI420, {8, 8});
    frame.view().planes[plane].data = nullptr;
    EXPECT_EQ(complaint(frame.view()),
              "plane " + std::to_string(plane) + " of the frame, expected pixels, got none");
  }
}

TEST(FrameCheck, StrideBelowTheRowIsNamed) {
  TestFrame frame(PixelFormat::kNv12, {9, 8});
  frame.view().planes[1].stride = 9;
  EXPECT_EQ(complaint(frame.view()), "stride of plane 1, expected at least 10 bytes, got 9");
}

TEST(FrameCheck, StrideOfASingleRowDoesNotMatter) {
  TestFrame frame(PixelFormat::kRgb, {9, 1});
  frame.view().planes[0].stride = 0;
  EXPECT_NO_THROW(mean_colour(frame.view()));
}

TEST(FrameCheck, EmptyFrameIsRefused) {
  TestFrame frame(PixelFormat::kRgb, {8, 8});
  frame.view().size = {0, 8};
  EXPECT_EQ(complaint(frame.view()), "frame size, expected at least 1x1, got 0x8");
}

TEST(FrameCheck, UnknownFormatIsRefused) {
  TestFrame frame(PixelFormat::kRgb, {8, 8});
  frame.view().format = static_cast<PixelFormat>(99);
  EXPECT_EQ(complaint(frame.view()), "pixel format, expected one of the 16 known, got 99");
}

TEST(FrameCheck, DeviceMemoryIsRefused) {
  TestFrame frame(PixelFormat::kRgb, {8, 8});
  frame.view().memory = MemoryKind::kCuda;
  EXPECT_EQ(complaint(frame.view()), "frame memory, expected host, got CUDA");
}

}  // namespace
}  // namespace siamtrack
