// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gst/check/gstharness.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "made_videos.h"
#include "reference_image.h"

/// The element over the real libsiamtrack on frames of odd sizes, of padded rows and cut out of
/// larger ones, beside the same pictures given plainly: as BGRx, without a gap between rows.
namespace siamtrack::testing {
namespace {

constexpr int kFrames = 8;
constexpr double kOverlap = 0.75;   ///< with the known places
constexpr double kRounding = 0.05;  ///< px; colours that are converted first are whole numbers

constexpr const char* kTracker = "siamtrack name=tracker model=fast num-threads=1 box=";
const MovingSquares::Square kSquare{91, 83, 41, 7, -3};
constexpr const char* kBox = "91,83,41,41";

/// The buffers that `launch` makes of a BGR video, and how they are laid out.
struct Made {
  GstVideoInfo info;
  std::vector<Owned<GstBuffer>> buffers;
};

Made make(const MovingSquares& video, const std::string& launch) {
  Made made;
  GstHarness* harness = gst_harness_new_parse(launch.c_str());
  gst_harness_set_src_caps_str(harness, video.caps().c_str());
  for (int frame = 0; frame < kFrames; ++frame) {
    const std::vector<guint8> bytes = video.bgr(frame);
    made.buffers.emplace_back(
        gst_harness_push_and_pull(harness, gst_buffer_new_memdup(bytes.data(), bytes.size())));
  }
  GstCaps* caps = gst_pad_get_current_caps(harness->sinkpad);
  EXPECT_TRUE(gst_video_info_from_caps(&made.info, caps));
  gst_caps_unref(caps);
  gst_harness_teardown(harness);
  return made;
}

std::string caps_of(const GstVideoInfo& info) {
  GstCaps* caps = gst_video_info_to_caps(&info);
  gchar* text = gst_caps_to_string(caps);
  const std::string result = text;
  g_free(text);
  gst_caps_unref(caps);
  return result;
}

/// A pixel as GStreamer describes it: blue, green, red.
cv::Vec3b pixel(const GstVideoFrame& frame, int x, int y) {
  std::array<guint8, 3> raw{0, 128, 128};
  const GstVideoFormatInfo* format = frame.info.finfo;
  for (guint c = 0; c < std::min(3u, GST_VIDEO_FORMAT_INFO_N_COMPONENTS(format)); ++c) {
    const int column = x >> GST_VIDEO_FORMAT_INFO_W_SUB(format, c);
    const int row = y >> GST_VIDEO_FORMAT_INFO_H_SUB(format, c);
    raw[c] = static_cast<const guint8*>(
        GST_VIDEO_FRAME_COMP_DATA(&frame, c))[row * GST_VIDEO_FRAME_COMP_STRIDE(&frame, c) +
                                              column * GST_VIDEO_FRAME_COMP_PSTRIDE(&frame, c)];
  }
  if (GST_VIDEO_FORMAT_INFO_IS_RGB(format)) return {raw[2], raw[1], raw[0]};
  const bool full = frame.info.colorimetry.range == GST_VIDEO_COLOR_RANGE_0_255;
  const auto exact =
      exact_bgr(raw, ColourMatrix::kBt601, full ? ColourRange::kFull : ColourRange::kLimited);
  cv::Vec3b whole;
  for (int c = 0; c < 3; ++c) {
    whole[c] = static_cast<guint8>(std::clamp(std::floor(exact[c] + 0.5), 0.0, 255.0));
  }
  return whole;
}

/// The picture in a buffer as plain BGRx.
std::vector<guint8> plain(const GstVideoInfo& info, GstBuffer* buffer) {
  GstVideoFrame frame;
  EXPECT_TRUE(gst_video_frame_map(&frame, const_cast<GstVideoInfo*>(&info), buffer, GST_MAP_READ));
  std::vector<guint8> bytes;
  for (int y = 0; y < GST_VIDEO_INFO_HEIGHT(&info); ++y) {
    for (int x = 0; x < GST_VIDEO_INFO_WIDTH(&info); ++x) {
      const cv::Vec3b colour = pixel(frame, x, y);
      bytes.insert(bytes.end(), {colour[0], colour[1], colour[2], 0});
    }
  }
  gst_video_frame_unmap(&frame);
  return bytes;
}

std::vector<Box> track(const Made& made, const std::string& box) {
  Bench bench(kTracker + box, caps_of(made.info));
  std::vector<Box> boxes;
  for (const auto& buffer : made.buffers) {
    EXPECT_EQ(gst_harness_push(bench.harness(), gst_buffer_ref(buffer.get())), GST_FLOW_OK);
    boxes.push_back(bench.pull().targets.at(0).box);
  }
  return boxes;
}

std::vector<Box> track_plainly(const Made& made, const std::string& box) {
  const Size size{GST_VIDEO_INFO_WIDTH(&made.info), GST_VIDEO_INFO_HEIGHT(&made.info)};
  Bench bench(kTracker + box, MovingSquares{size, {}}.caps("BGRx"));
  std::vector<Box> boxes;
  for (const auto& buffer : made.buffers) {
    boxes.push_back(bench.push(plain(made.info, buffer.get())).targets.at(0).box);
  }
  return boxes;
}

/// Requires two runs to be the same up to `tolerance` px, and on the target, which is at (left,
/// top) less than in the uncut video.
void expect_same(const std::vector<Box>& found, const std::vector<Box>& expected,
                 const MovingSquares& video, double tolerance, int left = 0, int top = 0) {
  ASSERT_EQ(found.size(), std::size_t{kFrames});
  ASSERT_EQ(expected.size(), found.size());
  for (int frame = 0; frame < kFrames; ++frame) {
    const Box& a = found[static_cast<std::size_t>(frame)];
    const Box& b = expected[static_cast<std::size_t>(frame)];
    for (const auto& [one, other] :
         {std::pair{a.x, b.x}, {a.y, b.y}, {a.width, b.width}, {a.height, b.height}}) {
      EXPECT_NEAR(one, other, tolerance) << "frame " << frame;
    }
    Box place = video.place(0, frame);
    place.x -= left;
    place.y -= top;
    EXPECT_GT(iou(a, place), kOverlap) << "frame " << frame;
  }
}

class Layouts : public ::testing::TestWithParam<const char*> {
 protected:
  const std::string convert =
      std::string("videoconvert ! capsfilter caps=video/x-raw,format=") + GetParam();
};

TEST_P(Layouts, OfOddSizes) {
  for (const Size size : {Size{321, 243}, Size{318, 241}, Size{323, 240}}) {
    SCOPED_TRACE(std::to_string(size.width) + "x" + std::to_string(size.height));
    const MovingSquares video{size, {kSquare}};
    const Made made = make(video, convert);
    expect_same(track(made, kBox), track_plainly(made, kBox), video, kRounding);
  }
}

/// The same picture in the middle of noise, as decoders and cameras lay out theirs.
Owned<GstBuffer> padded(const GstVideoInfo& info, GstBuffer* buffer) {
  GstVideoAlignment alignment;
  gst_video_alignment_reset(&alignment);
  alignment.padding_left = 6;
  alignment.padding_top = 10;
  alignment.padding_right = 22;
  alignment.padding_bottom = 4;
  std::fill_n(alignment.stride_align, GST_VIDEO_MAX_PLANES, 31);
  GstVideoInfo wide = info;
  EXPECT_TRUE(gst_video_info_align(&wide, &alignment));
  const auto noise = [value = 1u](guint8& byte) mutable {
    byte = static_cast<guint8>((value = value * 1664525u + 1013904223u) >> 24);
  };
  std::vector<guint8> bytes(GST_VIDEO_INFO_SIZE(&wide));
  std::ranges::for_each(bytes, noise);
  Owned<GstBuffer> result(gst_buffer_new_memdup(bytes.data(), bytes.size()));
  gst_buffer_add_video_meta_full(result.get(), GST_VIDEO_FRAME_FLAG_NONE,
                                 GST_VIDEO_INFO_FORMAT(&info), GST_VIDEO_INFO_WIDTH(&info),
                                 GST_VIDEO_INFO_HEIGHT(&info), GST_VIDEO_INFO_N_PLANES(&info),
                                 wide.offset, wide.stride);
  GstVideoFrame from, to;
  EXPECT_TRUE(gst_video_frame_map(&from, const_cast<GstVideoInfo*>(&info), buffer, GST_MAP_READ));
  EXPECT_TRUE(
      gst_video_frame_map(&to, const_cast<GstVideoInfo*>(&info), result.get(), GST_MAP_WRITE));
  EXPECT_NE(GST_VIDEO_FRAME_PLANE_STRIDE(&from, 0), GST_VIDEO_FRAME_PLANE_STRIDE(&to, 0));
  EXPECT_TRUE(gst_video_frame_copy(&to, &from));
  gst_video_frame_unmap(&to);
  gst_video_frame_unmap(&from);
  return result;
}

TEST_P(Layouts, OfPaddedRowsAndPlanes) {
  const MovingSquares video{{321, 243}, {kSquare}};
  Made made = make(video, convert);
  const std::vector<Box> expected = track(made, kBox);
  for (auto& buffer : made.buffers) buffer = padded(made.info, buffer.get());
  expect_same(track(made, kBox), expected, video, 0);
}

TEST_P(Layouts, OfWhatVideocropLeaves) {
  const MovingSquares video{{333, 256}, {kSquare}};
  const std::string crop = convert + " ! videocrop left=7 top=9 right=3 bottom=4";
  const Made cut = make(video, crop);
  ASSERT_EQ(GST_VIDEO_INFO_WIDTH(&cut.info), 323);
  ASSERT_EQ(GST_VIDEO_INFO_HEIGHT(&cut.info), 243);
  expect_same(track(cut, "84,74,41,41"), track_plainly(cut, "84,74,41,41"), video, kRounding, 7, 9);
}

// videocrop would only describe the crop if all downstream of it understood that.
TEST_P(Layouts, OfACropBeforeASinkThatCouldCropItself) {
  const MovingSquares video{{333, 256}, {kSquare}};
  const std::string crop = convert + " ! videocrop left=7 top=9 right=3 bottom=4";
  const std::vector<Box> expected = track(make(video, crop), "84,74,41,41");
  GstHarness* harness = gst_harness_new_parse((crop + " ! " + kTracker + "84,74,41,41").c_str());
  gst_harness_add_propose_allocation_meta(harness, GST_VIDEO_META_API_TYPE, nullptr);
  gst_harness_add_propose_allocation_meta(harness, GST_VIDEO_CROP_META_API_TYPE, nullptr);
  gst_harness_set_src_caps_str(harness, video.caps().c_str());
  std::vector<Box> found;
  for (int frame = 0; frame < kFrames; ++frame) {
    const std::vector<guint8> bytes = video.bgr(frame);
    const Owned<GstBuffer> buffer(
        gst_harness_push_and_pull(harness, gst_buffer_new_memdup(bytes.data(), bytes.size())));
    EXPECT_EQ(gst_buffer_get_video_crop_meta(buffer.get()), nullptr);
    found.push_back(look_at(buffer.get()).targets.at(0).box);
  }
  gst_harness_teardown(harness);
  expect_same(found, expected, video, 0, 7, 9);
}

INSTANTIATE_TEST_SUITE_P(Formats, Layouts,
                         ::testing::Values("I420", "YV12", "NV12", "YUY2", "UYVY", "GRAY8", "RGB",
                                           "BGR", "xRGB"),
                         [](const auto& test) { return std::string(test.param); });

}  // namespace
}  // namespace siamtrack::testing
