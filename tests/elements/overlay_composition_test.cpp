// SPDX-License-Identifier: LGPL-2.1-or-later
#include "harness_support.h"

namespace siamtrack::test {
namespace {

constexpr const char* kOutlineOnly = "siamtrackoverlay labels=0 line-width=2 ";
constexpr const char* kRenders =
    "video/x-raw(memory:SystemMemory, meta:GstVideoOverlayComposition),"
    "format=NV12, width=64, height=48, framerate=30/1";

class OverlayComposition : public ::testing::Test {
 protected:
  static constexpr Size kSize{64, 48};
  const GstVideoInfo info_ = video_info("NV12", kSize);

  /// @param downstream  the caps it takes
  static Harness open(const std::string& downstream, const std::string& launch = kOutlineOnly) {
    Harness harness = make_harness(launch);
    gst_harness_set_sink_caps_str(harness.get(), downstream.c_str());
    gst_harness_set_src_caps_str(harness.get(), caps_text("NV12", kSize).c_str());
    return harness;
  }

  Buffer push(const Harness& harness, const Box& box = {10, 10, 20, 20}) {
    Buffer frame = noise_frame(info_);
    add_target(frame, kSize, target(box));
    return through(harness, std::move(frame));
  }

  static const GstVideoOverlayComposition* composition(const Buffer& buffer) {
    const auto* meta = gst_buffer_get_video_overlay_composition_meta(buffer.get());
    return meta != nullptr ? meta->overlay : nullptr;
  }

  void expect_attached(const Buffer& out) {
    EXPECT_EQ(bytes_of(out.get()), bytes_of(noise_frame(info_).get()));
    auto* all = const_cast<GstVideoOverlayComposition*>(composition(out));
    ASSERT_NE(all, nullptr);
    ASSERT_EQ(gst_video_overlay_composition_n_rectangles(all), 4u);
    gint x, y;
    guint w, h;
    gst_video_overlay_rectangle_get_render_rectangle(
        gst_video_overlay_composition_get_rectangle(all, 0), &x, &y, &w, &h);
    EXPECT_EQ((std::vector<int>{x, y, int(w), int(h)}), (std::vector{9, 9, 22, 2}));
  }
};

TEST_F(OverlayComposition, IsAttachedWhenTheCapsFeatureIsNegotiated) {
  expect_attached(push(open(kRenders)));
}

TEST_F(OverlayComposition, IsNotAttachedBeforeAScalerWhoseSinkRenders) {
  const std::string scaler = " videoscale ! capsfilter caps=video/x-raw,width=32,height=24";
  const auto scaled = [&](const std::string& launch) {
    const Harness harness = make_harness(launch);
    gst_harness_add_propose_allocation_meta(harness.get(),
                                            GST_VIDEO_OVERLAY_COMPOSITION_META_API_TYPE, nullptr);
    gst_harness_set_src_caps_str(harness.get(), caps_text("NV12", kSize).c_str());
    return push(harness);
  };
  const Buffer out = scaled(kOutlineOnly + ("!" + scaler));
  EXPECT_EQ(composition(out), nullptr) << "its rectangles would be of the frame before";
  EXPECT_NE(bytes_of(out.get()), bytes_of(scaled(scaler).get()));
}

TEST_F(OverlayComposition, FollowsADownstreamThatReconfigures) {
  const Harness harness = open(caps_text("NV12", kSize));
  EXPECT_EQ(composition(push(harness)), nullptr);
  gst_harness_set_sink_caps_str(harness.get(), kRenders);
  expect_attached(push(harness));
}

TEST_F(OverlayComposition, IsNotForcedOnADownstreamThatTakesAnything) {
  const Harness harness = make_harness(kOutlineOnly);
  gst_harness_set_src_caps_str(harness.get(), caps_text("NV12", kSize).c_str());
  const Buffer out = push(harness);
  EXPECT_EQ(composition(out), nullptr);
  EXPECT_NE(bytes_of(out.get()), bytes_of(noise_frame(info_).get()));
}

TEST_F(OverlayComposition, RectanglesAreReusedWhileNothingChanges) {
  const Harness harness = open(kRenders, "siamtrackoverlay labels=id");
  const auto numbers = [](const Buffer& buffer) {
    auto* all = const_cast<GstVideoOverlayComposition*>(composition(buffer));
    std::vector<guint> result;
    for (guint i = 0; i < gst_video_overlay_composition_n_rectangles(all); ++i) {
      result.push_back(gst_video_overlay_rectangle_get_seqnum(
          gst_video_overlay_composition_get_rectangle(all, i)));
    }
    return result;
  };
  const auto first = numbers(push(harness));
  EXPECT_EQ(first.size(), 5u);  // four edges and a label
  EXPECT_EQ(numbers(push(harness)), first);
  EXPECT_NE(numbers(push(harness, {11, 10, 20, 20})), first);
}

TEST_F(OverlayComposition, EveryLabelOfManyTargetsIsDrawnOnce) {
  constexpr std::uint64_t kTargets = 100;
  const Harness harness = open(kRenders, "siamtrackoverlay labels=id");
  const auto labels = [&](double x) {
    Buffer frame = noise_frame(info_);
    for (std::uint64_t id = 1; id <= kTargets; ++id)
      add_target(frame, kSize, target({x, 10, 9, 9}, id));
    const Buffer out = through(harness, std::move(frame));
    auto* all = const_cast<GstVideoOverlayComposition*>(composition(out));
    std::vector<GstBuffer*> pictures;  // of the labels, which come last; kept by the element
    const guint count = gst_video_overlay_composition_n_rectangles(all);
    for (guint i = count - kTargets; i < count; ++i) {
      pictures.push_back(gst_video_overlay_rectangle_get_pixels_unscaled_raw(
          gst_video_overlay_composition_get_rectangle(all, i), GST_VIDEO_OVERLAY_FORMAT_FLAG_NONE));
    }
    return pictures;
  };
  const auto first = labels(10);
  EXPECT_EQ(labels(11), first);
}

TEST_F(OverlayComposition, JoinsWhatUpstreamAttached) {
  const Harness harness = make_harness(kOutlineOnly);
  gst_harness_set_sink_caps_str(harness.get(), kRenders);
  gst_harness_set_src_caps_str(harness.get(), kRenders);
  Buffer frame = noise_frame(info_);
  add_target(frame, kSize, target({10, 10, 20, 20}));
  GstVideoOverlayComposition* upstream = gst_video_overlay_composition_new(nullptr);
  const Buffer pixels(gst_buffer_new_allocate(nullptr, 4, nullptr));
  gst_buffer_add_video_meta(pixels.get(), GST_VIDEO_FRAME_FLAG_NONE,
                            GST_VIDEO_OVERLAY_COMPOSITION_FORMAT_RGB, 1, 1);
  GstVideoOverlayRectangle* dot = gst_video_overlay_rectangle_new_raw(
      pixels.get(), 0, 0, 1, 1, GST_VIDEO_OVERLAY_FORMAT_FLAG_NONE);
  gst_video_overlay_composition_add_rectangle(upstream, dot);
  gst_video_overlay_rectangle_unref(dot);
  gst_buffer_add_video_overlay_composition_meta(frame.get(), upstream);
  gst_video_overlay_composition_unref(upstream);
  const Buffer out = through(harness, std::move(frame));
  EXPECT_EQ(gst_video_overlay_composition_n_rectangles(
                const_cast<GstVideoOverlayComposition*>(composition(out))),
            5u);
}

}  // namespace
}  // namespace siamtrack::test
