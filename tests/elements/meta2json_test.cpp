// SPDX-License-Identifier: LGPL-2.1-or-later
#include "export_support.h"

namespace siamtrack::test {
namespace {

Harness open_meta2json(const std::string& options = "") {
  Harness harness = make_harness("siamtrackmeta2json " + options);
  gst_harness_set_src_caps_str(harness.get(), caps_text("GRAY8", kSize).c_str());
  return harness;
}

Buffer frame_at(GstClockTime pts) {
  Buffer buffer = noise_frame(video_info("GRAY8", kSize), pts);
  GST_BUFFER_DURATION(buffer.get()) = 40 * GST_MSECOND;
  return buffer;
}

std::string text_of(const Buffer& buffer) {
  const std::vector<guint8> bytes = bytes_of(buffer.get());
  return {bytes.begin(), bytes.end()};
}

TEST(Meta2Json, EveryFrameIsOneLineWithItsTimes) {
  const Harness harness = open_meta2json();
  const Buffer empty = through(harness, frame_at(0));
  EXPECT_EQ(Json::parse(text_of(empty))["targets"], Json::array());
  Buffer frame = frame_at(40 * GST_MSECOND);
  add_target(frame, kSize, target({1.25, 2.5, 10, 20.125}, 7));
  const Buffer line = through(harness, std::move(frame));
  EXPECT_EQ(GST_BUFFER_PTS(line.get()), 40 * GST_MSECOND);
  EXPECT_EQ(GST_BUFFER_DURATION(line.get()), 40 * GST_MSECOND);
  EXPECT_EQ(text_of(line).find('\n'), text_of(line).size() - 1);
  const Json json = Json::parse(text_of(line));
  EXPECT_EQ(json["frame"], 1);
  EXPECT_EQ(json["running_time"], 40 * GST_MSECOND);
  EXPECT_EQ(json["width"], 64);
  EXPECT_EQ(json["targets"][0]["id"], 7);
  EXPECT_EQ(json["targets"][0]["box"], Json({1.25, 2.5, 10, 20.125}));
}

TEST(Meta2Json, ItsCapsAreTextWhateverCameIn) {
  const Harness harness = open_meta2json();
  through(harness, frame_at(0));
  for (const char* format : {"GRAY8", "RGB"}) {  // a change of caps is no change of the text's
    gst_harness_set_src_caps_str(harness.get(), caps_text(format, {32, 16}).c_str());
    const Buffer line = through(harness, noise_frame(video_info(format, {32, 16})));
    EXPECT_EQ(Json::parse(text_of(line))["width"], 32) << format;
    GstCaps* caps = gst_pad_get_current_caps(harness->sinkpad);
    gchar* text = gst_caps_to_string(caps);
    EXPECT_STREQ(text, "application/x-json, format=(string)json-lines");
    g_free(text);
    gst_caps_unref(caps);
  }
}

TEST(Meta2Json, TellsWhatIsAskedFor) {
  const Harness harness = open_meta2json("include-lost=false normalized=true");
  bridge::TargetRecord lost = target({0, 0, 8, 8}, 2);
  lost.state = bridge::TargetState::kLost;
  Buffer frame = frame_at(0);
  bridge::add_track_meta(frame.get(), {kSize, {lost, target({16, 12, 32, 24}, 3)}});
  const Json json = Json::parse(text_of(through(harness, std::move(frame))));
  ASSERT_EQ(json["targets"].size(), 1u);
  EXPECT_EQ(json["targets"][0]["box"], Json({0.25, 0.25, 0.5, 0.5}));
}

TEST(Meta2Json, AFlushAndANewSegmentLeaveItGoing) {
  const Harness harness = open_meta2json();
  through(harness, frame_at(0));
  gst_harness_push_event(harness.get(), gst_event_new_flush_start());
  gst_harness_push_event(harness.get(), gst_event_new_flush_stop(TRUE));
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  segment.time = GST_SECOND;
  gst_harness_push_event(harness.get(), gst_event_new_segment(&segment));
  const Json json = Json::parse(text_of(through(harness, frame_at(0))));
  EXPECT_EQ(json["frame"], 1);
  EXPECT_EQ(json["stream_time"], GST_SECOND);
}

TEST(Meta2Json, AFrameWithoutSizeCannotBeNormalized) {
  const Harness harness = make_harness("siamtrackmeta2json normalized=true");
  GstBus* bus = gst_bus_new();
  gst_element_set_bus(harness->element, bus);
  gst_harness_set_src_caps_str(harness.get(), "application/x-whatever");
  EXPECT_EQ(gst_harness_push(harness.get(), gst_buffer_new_allocate(nullptr, 3, nullptr)),
            GST_FLOW_ERROR);
  const Message message(gst_bus_pop_filtered(bus, GST_MESSAGE_ERROR));
  EXPECT_NE(message, nullptr);
  gst_element_set_bus(harness->element, nullptr);
  gst_object_unref(bus);
}

TEST(Meta2Json, PaddedFramesAreWelcome) {
  const Harness harness = open_meta2json();
  GstCaps* caps = gst_caps_from_string(caps_text("GRAY8", kSize).c_str());
  GstQuery* query = gst_query_new_allocation(caps, TRUE);
  ASSERT_TRUE(gst_pad_peer_query(harness->srcpad, query));
  EXPECT_TRUE(gst_query_find_allocation_meta(query, GST_VIDEO_META_API_TYPE, nullptr));
  gst_query_unref(query);
  gst_caps_unref(caps);
}

}  // namespace
}  // namespace siamtrack::test
