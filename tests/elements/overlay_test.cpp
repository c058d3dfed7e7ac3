// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gst/controller/gstdirectcontrolbinding.h>
#include <gst/controller/gstinterpolationcontrolsource.h>

#include <algorithm>
#include <cmath>

#include "harness_support.h"
#include "overlay/strokes.h"

namespace siamtrack::test {
namespace {

constexpr const char* kOutlineOnly = "siamtrackoverlay labels=0 line-width=2 ";

/// Bytes at pixel (x, y) of a packed RGB frame.
std::vector<int> rgb_at(const Buffer& buffer, const GstVideoInfo& info, int x, int y) {
  const auto bytes = bytes_of(buffer.get());
  const std::size_t at = std::size_t(y) * GST_VIDEO_INFO_PLANE_STRIDE(&info, 0) + 3 * x;
  return {bytes[at], bytes[at + 1], bytes[at + 2]};
}

TEST(OverlayTest, ColoursTellTheState) {
  const Size size{64, 48};
  const GstVideoInfo info = video_info("RGB", size);
  bridge::TargetRecord record = target({10, 10, 20, 20});
  const auto edge = [&](const char* more) {
    return rgb_at(drawn(std::string(kOutlineOnly) + more, "RGB", size, record), info, 20, 10);
  };
  EXPECT_EQ(edge(""), (std::vector{0x20, 0xe0, 0x40}));
  record.state = bridge::TargetState::kUncertain;
  EXPECT_EQ(edge(""), (std::vector{0xff, 0xb0, 0x00}));
  record.state = bridge::TargetState::kLost;
  EXPECT_EQ(edge(""), (std::vector{0xff, 0x30, 0x30}));
  EXPECT_EQ(edge("color-by=fixed color=0xff102030"), (std::vector{0x10, 0x20, 0x30}));
  const auto first = edge("color-by=id");
  record.id = 2;
  EXPECT_NE(edge("color-by=id"), first);
}

TEST(OverlayTest, BlendsHalfTransparentColoursInYuv) {
  const Size size{64, 48};
  const GstVideoInfo info = video_info("I420", size);
  const Harness harness =
      make_harness(std::string(kOutlineOnly) + "color-by=fixed color=0xffffffff alpha=0.5");
  gst_harness_set_src_caps_str(harness.get(), caps_text("I420", size).c_str());
  Buffer frame = noise_frame(info);
  gst_buffer_memset(frame.get(), 0, 128, info.size);
  add_target(frame, size, target({10, 10, 20, 20}));
  const auto bytes = bytes_of(through(harness, std::move(frame)).get());
  const std::size_t luma = 10 * info.stride[0] + 20;
  const std::size_t chroma = info.offset[1] + 5 * info.stride[1] + 10;
  EXPECT_NEAR(bytes[luma], (128 + 235) / 2, 3);  // white is 235 in limited range
  EXPECT_NEAR(bytes[chroma], 128, 2);
}

TEST(OverlayTest, ControllersSetItsProperties) {
  const Size size{64, 48};
  const GstVideoInfo info = video_info("RGB", size);
  const Harness harness = make_harness(std::string(kOutlineOnly) + "name=overlay");
  GstControlSource* source = gst_interpolation_control_source_new();
  g_object_set(source, "mode", GST_INTERPOLATION_MODE_NONE, nullptr);
  gst_timed_value_control_source_set(GST_TIMED_VALUE_CONTROL_SOURCE(source), 0, 0);
  gst_timed_value_control_source_set(GST_TIMED_VALUE_CONTROL_SOURCE(source), GST_SECOND, 1);
  GstObject* overlay = GST_OBJECT(gst_harness_find_element(harness.get(), "siamtrackoverlay"));
  gst_object_add_control_binding(overlay,
                                 gst_direct_control_binding_new_absolute(overlay, "alpha", source));
  gst_object_unref(source);
  gst_object_unref(overlay);
  gst_harness_set_src_caps_str(harness.get(), caps_text("RGB", size).c_str());
  const auto before = bytes_of(noise_frame(info).get());
  for (const GstClockTime time : {GstClockTime(0), GstClockTime(GST_SECOND)}) {
    Buffer frame = noise_frame(info, time);
    add_target(frame, size, target({10, 10, 20, 20}));
    EXPECT_EQ(bytes_of(through(harness, std::move(frame)).get()) == before, time == 0);
  }
}

TEST(OverlayTest, FramesWithoutTargetsPassWithoutACopy) {
  const Size size{64, 48};
  const Harness harness = make_harness("siamtrackoverlay");
  gst_harness_set_src_caps_str(harness.get(), caps_text("NV12", size).c_str());
  Buffer frame = noise_frame(video_info("NV12", size));
  const auto before = bytes_of(frame.get());
  const Buffer shared(gst_buffer_ref(frame.get()));
  const GstMemory* memory = gst_buffer_peek_memory(frame.get(), 0);
  const Buffer out = through(harness, std::move(frame));
  EXPECT_EQ(gst_buffer_peek_memory(out.get(), 0), memory);
  EXPECT_EQ(bytes_of(out.get()), before);
}

TEST(OverlayTest, SharedFramesAreNotPaintedForOthers) {
  const Size size{64, 48};
  const Harness harness = make_harness("siamtrackoverlay");
  gst_harness_set_src_caps_str(harness.get(), caps_text("NV12", size).c_str());
  Buffer frame = noise_frame(video_info("NV12", size));
  add_target(frame, size, target({10, 10, 20, 20}));
  const Buffer shared(gst_buffer_ref(frame.get()));
  const auto before = bytes_of(shared.get());
  const Buffer out = through(harness, std::move(frame));
  EXPECT_NE(bytes_of(out.get()), before);
  EXPECT_EQ(bytes_of(shared.get()), before);
}

TEST(OverlayTest, DrawLostCanBeTurnedOff) {
  const Size size{64, 48};
  const auto before = bytes_of(noise_frame(video_info("RGB", size)).get());
  bridge::TargetRecord record = target({10, 10, 20, 20});
  record.state = bridge::TargetState::kLost;
  EXPECT_EQ(bytes_of(drawn("siamtrackoverlay draw-lost=false", "RGB", size, record).get()), before);
  EXPECT_NE(bytes_of(drawn("siamtrackoverlay", "RGB", size, record).get()), before);
}

/// How often each pixel of the canvas is drawn on.
std::vector<int> coverage(const std::vector<overlay::Stroke>& strokes, Size size) {
  std::vector<int> counts(static_cast<std::size_t>(size.width) * size.height);
  for (const auto& [rect, colour] : strokes) {
    for (int y = rect.y; y < rect.y + rect.height; ++y) {
      for (int x = rect.x; x < rect.x + rect.width; ++x) ++counts[y * size.width + x];
    }
  }
  return counts;
}

TEST(OverlayTest, TrailsAreSolidAndDrawNoPixelTwice) {
  const Size size{64, 48};
  bridge::TargetRecord record = target({10, 10, 20, 20});
  const bridge::Point from{58, 40};
  for (const bridge::Point to : {bridge::Point{5, 5}, {5, 40}, {58, 5}, {50, 5}}) {
    record.trail = {to, from};
    for (const int grid : {1, 2}) {
      for (const unsigned width : {1U, 2U, 3U, 6U}) {
        overlay::OverlayStyle style;
        style.line_width = width;
        const auto counts = coverage(overlay::trail(record, style, {size, grid}), size);
        EXPECT_EQ(*std::max_element(counts.begin(), counts.end()), 1) << width << " " << grid;
        if (static_cast<int>(width) < grid) continue;  // thinner than the grid: gaps are right
        for (double part = 0; part <= 1; part += 1.0 / 128) {
          const int x = static_cast<int>(std::lround(std::lerp(from.x, to.x, part)));
          const int y = static_cast<int>(std::lround(std::lerp(from.y, to.y, part)));
          const int reach = grid - 1 + (width == 1 ? 1 : 0);  // moved to the grid, or rounded away
          int near = 0;
          for (int dy = -reach; dy <= reach; ++dy) {
            for (int dx = -reach; dx <= reach; ++dx) near += counts[(y + dy) * size.width + x + dx];
          }
          EXPECT_GT(near, 0) << width << " " << grid << " at " << x << "," << y;
        }
      }
    }
  }
}

TEST(OverlayTest, RegionsOfOtherElementsAreDrawn) {
  const Size size{64, 48};
  const GstVideoInfo info = video_info("RGB", size);
  const Harness harness = make_harness(kOutlineOnly);
  gst_harness_set_src_caps_str(harness.get(), caps_text("RGB", size).c_str());
  Buffer frame = noise_frame(info);
  gst_buffer_add_video_region_of_interest_meta(frame.get(), "face", 10, 10, 20, 20);
  const Buffer out = through(harness, std::move(frame));
  EXPECT_EQ(rgb_at(out, info, 20, 10), (std::vector{0x20, 0xe0, 0x40}));
}

TEST(OverlayTest, LatestTargetsStayUntilTheyExpire) {
  const Size size{64, 48};
  const GstVideoInfo info = video_info("RGB", size);
  const auto before = bytes_of(noise_frame(info).get());
  const Harness harness = make_harness("siamtrackoverlay expire=50000000");
  gst_harness_set_src_caps_str(harness.get(), caps_text("RGB", size).c_str());
  const auto painted = [&](GstClockTime pts, bool with_target) {
    Buffer frame = noise_frame(info, pts);
    if (with_target) {
      gst_buffer_add_video_region_of_interest_meta(frame.get(), "face", 10, 10, 20, 20);
    }
    return bytes_of(through(harness, std::move(frame)).get()) != before;
  };
  EXPECT_TRUE(painted(0, true));
  EXPECT_TRUE(painted(40 * GST_MSECOND, false));
  EXPECT_FALSE(painted(60 * GST_MSECOND, false));
  EXPECT_TRUE(painted(80 * GST_MSECOND, true));
  gst_harness_push_event(harness.get(), gst_event_new_flush_start());
  gst_harness_push_event(harness.get(), gst_event_new_flush_stop(FALSE));
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  gst_harness_push_event(harness.get(), gst_event_new_segment(&segment));
  EXPECT_FALSE(painted(90 * GST_MSECOND, false));
}

TEST(OverlayTest, RememberedTargetsEndWithTheirFrameSize) {
  const Harness harness = make_harness("siamtrackoverlay expire=1000000000");
  gst_harness_set_src_caps_str(harness.get(), caps_text("RGB", {64, 48}).c_str());
  Buffer frame = noise_frame(video_info("RGB", {64, 48}));
  gst_buffer_add_video_region_of_interest_meta(frame.get(), "face", 10, 10, 20, 20);
  through(harness, std::move(frame));
  gst_harness_set_src_caps_str(harness.get(), caps_text("RGB", {128, 96}).c_str());
  const GstVideoInfo info = video_info("RGB", {128, 96});
  EXPECT_EQ(bytes_of(through(harness, noise_frame(info, 40 * GST_MSECOND)).get()),
            bytes_of(noise_frame(info).get()));
}

TEST(OverlayTest, CapsCanChangeAndTheElementRestarts) {
  const Harness harness = make_harness("siamtrackoverlay");
  for (const Size size : {Size{64, 48}, Size{640, 480}, Size{33, 17}}) {
    gst_harness_set_src_caps_str(harness.get(), caps_text("I420", size).c_str());
    Buffer frame = noise_frame(video_info("I420", size));
    add_target(frame, size, target({5, 5, 20, 10}));
    EXPECT_NE(through(harness, std::move(frame)), nullptr);
    gst_element_set_state(harness->element, GST_STATE_NULL);
    gst_harness_play(harness.get());
  }
}

}  // namespace
}  // namespace siamtrack::test
