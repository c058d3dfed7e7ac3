// SPDX-License-Identifier: LGPL-2.1-or-later
#include "harness_support.h"

namespace siamtrack::test {
namespace {

constexpr const char* kOutlineOnly = "siamtrackoverlay labels=0 line-width=2 ";

class OverlayComposition : public ::testing::Test {
 protected:
  static constexpr Size kSize{64, 48};
  const GstVideoInfo info_ = video_info("NV12", kSize);

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
  const Harness harness = make_harness(kOutlineOnly);
  gst_harness_set_sink_caps_str(harness.get(),
                                "video/x-raw(memory:SystemMemory, meta:GstVideoOverlayComposition),"
                                "format=NV12, width=64, height=48, framerate=30/1");
  gst_harness_set_src_caps_str(harness.get(), caps_text("NV12", kSize).c_str());
  expect_attached(push(harness));
}

TEST_F(OverlayComposition, IsAttachedWhenTheAllocationQuerySaysSo) {
  const Harness harness = make_harness(kOutlineOnly);
  gst_harness_add_propose_allocation_meta(harness.get(),
                                          GST_VIDEO_OVERLAY_COMPOSITION_META_API_TYPE, nullptr);
  gst_harness_set_src_caps_str(harness.get(), caps_text("NV12", kSize).c_str());
  expect_attached(push(harness));
}

TEST_F(OverlayComposition, DownstreamIsAskedBeforeThereIsATarget) {
  const Harness harness = make_harness(kOutlineOnly);
  gst_harness_add_propose_allocation_meta(harness.get(),
                                          GST_VIDEO_OVERLAY_COMPOSITION_META_API_TYPE, nullptr);
  int asked = 0;
  GstPad* source = gst_element_get_static_pad(harness->element, "src");
  gst_pad_add_probe(
      source, GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM,
      [](GstPad*, GstPadProbeInfo* info, gpointer count) {
        if (GST_QUERY_TYPE(GST_PAD_PROBE_INFO_QUERY(info)) == GST_QUERY_ALLOCATION) {
          ++*static_cast<int*>(count);
        }
        return GST_PAD_PROBE_OK;
      },
      &asked, nullptr);
  gst_object_unref(source);
  gst_harness_set_src_caps_str(harness.get(), caps_text("NV12", kSize).c_str());
  through(harness, noise_frame(info_));
  const int before = asked;
  EXPECT_GT(before, 0);
  expect_attached(push(harness));
  EXPECT_EQ(asked, before) << "a queue would hold the stream up for the answer";
}

TEST_F(OverlayComposition, DownstreamIsAskedAgainWhenItReconfigures) {
  const Harness harness = make_harness(kOutlineOnly);
  gst_harness_set_src_caps_str(harness.get(), caps_text("NV12", kSize).c_str());
  EXPECT_EQ(composition(push(harness)), nullptr);
  gst_harness_add_propose_allocation_meta(harness.get(),
                                          GST_VIDEO_OVERLAY_COMPOSITION_META_API_TYPE, nullptr);
  gst_harness_push_upstream_event(harness.get(), gst_event_new_reconfigure());
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
  const Harness harness = make_harness("siamtrackoverlay labels=id");
  gst_harness_add_propose_allocation_meta(harness.get(),
                                          GST_VIDEO_OVERLAY_COMPOSITION_META_API_TYPE, nullptr);
  gst_harness_set_src_caps_str(harness.get(), caps_text("NV12", kSize).c_str());
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

TEST_F(OverlayComposition, JoinsWhatUpstreamAttached) {
  const Harness harness = make_harness(kOutlineOnly);
  const char* caps =
      "video/x-raw(memory:SystemMemory, meta:GstVideoOverlayComposition),"
      "format=NV12, width=64, height=48, framerate=30/1";
  gst_harness_set_sink_caps_str(harness.get(), caps);
  gst_harness_set_src_caps_str(harness.get(), caps);
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
