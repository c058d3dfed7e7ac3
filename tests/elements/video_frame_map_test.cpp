// SPDX-License-Identifier: LGPL-2.1-or-later
#include "bridge/video_frame_map.h"

#include <gtest/gtest.h>

#include "gst_support.h"
#include "siamtrack/error.h"

namespace siamtrack::testing {
namespace {

constexpr int kWidth = 17;  // odd, so that strides and chroma sizes matter
constexpr int kHeight = 9;

/// A buffer in which every component of every pixel has a value of its own: 1 Y or R, 2 U or G ...
Owned<GstBuffer> filled(GstVideoInfo& info) {
  Owned<GstBuffer> buffer(gst_buffer_new_allocate(nullptr, GST_VIDEO_INFO_SIZE(&info), nullptr));
  GstVideoFrame frame;
  EXPECT_TRUE(gst_video_frame_map(&frame, &info, buffer.get(), GST_MAP_WRITE));
  for (guint c = 0; c < GST_VIDEO_FRAME_N_COMPONENTS(&frame); ++c) {
    for (int y = 0; y < GST_VIDEO_FRAME_COMP_HEIGHT(&frame, c); ++y) {
      for (int x = 0; x < GST_VIDEO_FRAME_COMP_WIDTH(&frame, c); ++x) {
        static_cast<guint8*>(GST_VIDEO_FRAME_COMP_DATA(
            &frame, c))[y * GST_VIDEO_FRAME_COMP_STRIDE(&frame, c) +
                        x * GST_VIDEO_FRAME_COMP_PSTRIDE(&frame, c)] = guint8(c + 1);
      }
    }
  }
  gst_video_frame_unmap(&frame);
  return buffer;
}

struct FormatCase {
  const char* name;
  PixelFormat format;
  /// Plane and byte offset in it of each component of the last pixel row's first pixel.
  std::vector<std::pair<int, int>> places;
};

class VideoFrameMapFormats : public ::testing::TestWithParam<FormatCase> {};

TEST_P(VideoFrameMapFormats, PlanesAreWhatFrameViewSays) {
  GstVideoInfo info;
  gst_video_info_set_format(&info, gst_video_format_from_string(GetParam().name), kWidth, kHeight);
  const Owned<GstBuffer> buffer = filled(info);
  const bridge::VideoFrameMap map(info, buffer.get());
  EXPECT_EQ(map.view().format, GetParam().format);
  EXPECT_EQ(map.view().size, (Size{kWidth, kHeight}));
  for (std::size_t c = 0; c < GetParam().places.size(); ++c) {
    const auto [plane, offset] = GetParam().places[c];
    const Plane& pixels = map.view().planes.at(plane);
    ASSERT_NE(pixels.data, nullptr);
    const int row = plane == 0 ? kHeight - 1 : (kHeight - 1) / 2;
    EXPECT_EQ(pixels.data[row * pixels.stride + offset], c + 1) << "component " << c;
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, VideoFrameMapFormats,
    ::testing::Values(FormatCase{"NV12", PixelFormat::kNv12, {{0, 0}, {1, 0}, {1, 1}}},
                      FormatCase{"I420", PixelFormat::kI420, {{0, 0}, {1, 0}, {2, 0}}},
                      FormatCase{"YV12", PixelFormat::kYv12, {{0, 0}, {1, 0}, {2, 0}}},
                      FormatCase{"YUY2", PixelFormat::kYuy2, {{0, 0}, {0, 1}, {0, 3}}},
                      FormatCase{"UYVY", PixelFormat::kUyvy, {{0, 1}, {0, 0}, {0, 2}}},
                      FormatCase{"GRAY8", PixelFormat::kGray8, {{0, 0}}},
                      FormatCase{"RGB", PixelFormat::kRgb, {{0, 0}, {0, 1}, {0, 2}}},
                      FormatCase{"BGR", PixelFormat::kBgr, {{0, 2}, {0, 1}, {0, 0}}},
                      FormatCase{"RGBx", PixelFormat::kRgbx, {{0, 0}, {0, 1}, {0, 2}}},
                      FormatCase{"BGRx", PixelFormat::kBgrx, {{0, 2}, {0, 1}, {0, 0}}},
                      FormatCase{"xRGB", PixelFormat::kXrgb, {{0, 1}, {0, 2}, {0, 3}}},
                      FormatCase{"xBGR", PixelFormat::kXbgr, {{0, 3}, {0, 2}, {0, 1}}},
                      FormatCase{"RGBA", PixelFormat::kRgba, {{0, 0}, {0, 1}, {0, 2}}},
                      FormatCase{"BGRA", PixelFormat::kBgra, {{0, 2}, {0, 1}, {0, 0}}},
                      FormatCase{"ARGB", PixelFormat::kArgb, {{0, 1}, {0, 2}, {0, 3}}},
                      FormatCase{"ABGR", PixelFormat::kAbgr, {{0, 3}, {0, 2}, {0, 1}}}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(VideoFrameMap, ReadsColorimetryFromCaps) {
  const auto view_of = [](const char* colorimetry) {
    const std::string text =
        std::string("video/x-raw,format=NV12,width=16,height=16,colorimetry=") + colorimetry;
    GstCaps* caps = gst_caps_from_string(text.c_str());
    GstVideoInfo info;
    gst_video_info_from_caps(&info, caps);
    gst_caps_unref(caps);
    const Owned<GstBuffer> buffer = filled(info);
    return bridge::VideoFrameMap(info, buffer.get()).view();
  };
  EXPECT_EQ(view_of("bt709").matrix, ColourMatrix::kBt709);
  EXPECT_EQ(view_of("bt709").range, ColourRange::kLimited);
  EXPECT_EQ(view_of("bt601").matrix, ColourMatrix::kBt601);
  EXPECT_EQ(view_of("bt2020").matrix, ColourMatrix::kBt2020);
  EXPECT_EQ(view_of("1:4:0:0").range, ColourRange::kFull);
}

TEST(VideoFrameMap, FollowsTheStridesOfTheVideoMeta) {
  GstVideoInfo info;
  gst_video_info_set_format(&info, GST_VIDEO_FORMAT_GRAY8, kWidth, kHeight);
  Owned<GstBuffer> buffer(gst_buffer_new_allocate(nullptr, 4096, nullptr));
  gsize offset[GST_VIDEO_MAX_PLANES] = {64};
  gint stride[GST_VIDEO_MAX_PLANES] = {100};
  gst_buffer_add_video_meta_full(buffer.get(), GST_VIDEO_FRAME_FLAG_NONE, GST_VIDEO_FORMAT_GRAY8,
                                 kWidth, kHeight, 1, offset, stride);
  const bridge::VideoFrameMap map(info, buffer.get());
  EXPECT_EQ(map.view().planes[0].stride, 100);
}

TEST(VideoFrameMap, PaddingThatADecoderCountsInIsNoPicture) {
  GstVideoInfo info, coded;
  gst_video_info_set_format(&info, GST_VIDEO_FORMAT_NV12, 16, 10);
  gst_video_info_set_format(&coded, GST_VIDEO_FORMAT_NV12, 16, 16);
  const Owned<GstBuffer> buffer = filled(coded);
  gst_buffer_add_video_meta(buffer.get(), GST_VIDEO_FRAME_FLAG_NONE, GST_VIDEO_FORMAT_NV12, 16, 16);
  const bridge::VideoFrameMap map(info, buffer.get());
  EXPECT_EQ(map.view().size, (Size{16, 10}));
  EXPECT_EQ(map.view().planes[1].data[0], 2) << "U begins behind the padding";
}

TEST(VideoFrameMap, RefusesABufferThatIsTooSmall) {
  GstVideoInfo info;
  gst_video_info_set_format(&info, GST_VIDEO_FORMAT_RGB, kWidth, kHeight);
  const Owned<GstBuffer> buffer(gst_buffer_new_allocate(nullptr, 10, nullptr));
  try {
    const bridge::VideoFrameMap map(info, buffer.get());
    FAIL() << "expected an Error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kUnsupportedInput);
  }
}

TEST(VideoFrameMap, DoesNotCopySharedMemory) {
  GstVideoInfo info;
  gst_video_info_set_format(&info, GST_VIDEO_FORMAT_GRAY8, kWidth, kHeight);
  const Owned<GstBuffer> buffer = filled(info);
  GstMapInfo bytes;
  ASSERT_TRUE(gst_buffer_map(buffer.get(), &bytes, GST_MAP_READ));
  const bridge::VideoFrameMap map(info, buffer.get());
  EXPECT_EQ(map.view().planes[0].data, bytes.data);
  gst_buffer_unmap(buffer.get(), &bytes);
}

}  // namespace
}  // namespace siamtrack::testing
