// SPDX-License-Identifier: LGPL-2.1-or-later
#include "gst_support.h"

#include <gtest/gtest.h>

#include "bridge/track_meta.h"

namespace siamtrack::testing {
namespace {

constexpr GstClockTime kLongestRun = 60 * GST_SECOND;

News read(GstMessage* message) {
  News news{GST_MESSAGE_TYPE(message), "", "", 0, 0, nullptr};
  GError* error = nullptr;
  if (news.type == GST_MESSAGE_ERROR) gst_message_parse_error(message, &error, nullptr);
  if (news.type == GST_MESSAGE_WARNING) gst_message_parse_warning(message, &error, nullptr);
  if (error != nullptr) {
    news.text = error->message;
    news.domain = error->domain;
    news.code = error->code;
    g_error_free(error);
  } else if (const GstStructure* structure = gst_message_get_structure(message)) {
    news.name = gst_structure_get_name(structure);
    news.structure.reset(gst_structure_copy(structure));
  }
  return news;
}

GstPadProbeReturn note(GstPad*, GstPadProbeInfo* info, gpointer frames) {
  static_cast<std::vector<Seen>*>(frames)->push_back(look_at(GST_PAD_PROBE_INFO_BUFFER(info)));
  return GST_PAD_PROBE_OK;
}

void probe(GstElement* pipeline, const char* name, const char* pad_name, GstPadProbeCallback call,
           gpointer data) {
  GstElement* element = gst_bin_get_by_name(GST_BIN(pipeline), name);
  if (element == nullptr) return;
  GstPad* pad = gst_element_get_static_pad(element, pad_name);
  gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, call, data, nullptr);
  gst_object_unref(pad);
  gst_object_unref(element);
}

}  // namespace

std::string News::string(const char* field) const {
  const char* text = gst_structure_get_string(structure.get(), field);
  return text != nullptr ? text : "";
}

double News::number(const char* field) const {
  double value = -1;
  int whole = 0;
  if (gst_structure_get_double(structure.get(), field, &value)) return value;
  return gst_structure_get_int(structure.get(), field, &whole) ? whole : value;
}

std::vector<News> drain(GstBus* bus) {
  std::vector<News> all;
  while (GstMessage* message = gst_bus_pop(bus)) {
    all.push_back(read(message));
    gst_message_unref(message);
  }
  return all;
}

const News* find(const std::vector<News>& news, const std::string& name) {
  for (const News& one : news) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

std::size_t count(const std::vector<News>& news, const std::string& name) {
  std::size_t number = 0;
  for (const News& one : news) number += one.name == name;
  return number;
}

Seen look_at(GstBuffer* buffer) {
  Seen seen;
  seen.pts = GST_BUFFER_PTS(buffer);
  if (auto record = bridge::read_track_meta(buffer)) {
    seen.frame = record->frame;
    seen.targets = std::move(record->targets);
  }
  gpointer state = nullptr;
  while (GstMeta* meta = gst_buffer_iterate_meta_filtered(
             buffer, &state, GST_VIDEO_REGION_OF_INTEREST_META_API_TYPE)) {
    const auto* roi = reinterpret_cast<GstVideoRegionOfInterestMeta*>(meta);
    seen.rois.push_back({double(roi->x), double(roi->y), double(roi->w), double(roi->h)});
    seen.roi_ids.push_back(roi->id);
  }
  return seen;
}

Bench::Bench(const std::string& launch, const std::string& caps)
    : harness_(gst_harness_new_parse(launch.c_str())), bus_(gst_bus_new()) {
  gst_element_set_bus(harness_->element, bus_.get());
  set_caps(caps);
}

Bench::~Bench() {
  gst_element_set_bus(harness_->element, nullptr);
  gst_harness_teardown(harness_);
}

void Bench::set_caps(const std::string& text) {
  GstCaps* caps = gst_caps_from_string(text.c_str());
  gst_video_info_from_caps(&info_, caps);
  gst_harness_set_src_caps(harness_, caps);
}

GstFlowReturn Bench::push_only(bool discont) {
  const std::vector<guint8> grey(GST_VIDEO_INFO_SIZE(&info_), 128);
  return push_pixels(grey, discont);
}

GstFlowReturn Bench::push_pixels(std::span<const guint8> pixels, bool discont) {
  EXPECT_EQ(pixels.size(), GST_VIDEO_INFO_SIZE(&info_));
  GstBuffer* buffer = gst_harness_create_buffer(harness_, pixels.size());
  gst_buffer_fill(buffer, 0, pixels.data(), pixels.size());
  GST_BUFFER_PTS(buffer) = frame_ * GST_SECOND / 30;
  GST_BUFFER_DURATION(buffer) = GST_SECOND / 30;
  if (discont) GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_DISCONT);
  ++frame_;
  return gst_harness_push(harness_, buffer);
}

Seen Bench::push_at(GstClockTime time) {
  GstBuffer* buffer = gst_buffer_new_allocate(nullptr, GST_VIDEO_INFO_SIZE(&info_), nullptr);
  gst_buffer_memset(buffer, 0, 128, GST_VIDEO_INFO_SIZE(&info_));
  GST_BUFFER_PTS(buffer) = time;
  EXPECT_EQ(gst_harness_push(harness_, buffer), GST_FLOW_OK);
  return pull();
}

Seen Bench::pull() {
  GstBuffer* buffer = gst_harness_try_pull(harness_);
  if (buffer == nullptr) {
    ADD_FAILURE() << "no buffer came out";
    return {};
  }
  const Owned<GstBuffer> owned(buffer);
  return look_at(buffer);
}

Seen Bench::push() {
  EXPECT_EQ(push_only(), GST_FLOW_OK);
  return pull();
}

Seen Bench::push(std::span<const guint8> pixels) {
  EXPECT_EQ(push_pixels(pixels, false), GST_FLOW_OK);
  return pull();
}

GstElement* Bench::element(const char* factory) {
  GstElement* element = gst_harness_find_element(harness_, factory);
  gst_object_unref(element);  // the harness keeps it
  return element;
}

void Bench::set(const char* property, const std::string& value) {
  gst_util_set_object_arg(G_OBJECT(element()), property, value.c_str());
}

Owned<GstStructure> Bench::stats() {
  GstStructure* stats = nullptr;
  g_object_get(element(), "stats", &stats, nullptr);
  return Owned<GstStructure>(stats);
}

void Bench::set_model(const std::string& name) {
  set("model", name);
  for (int i = 0; i < 1000; ++i, g_usleep(5000)) {
    const std::string loaded = gst_structure_get_string(stats().get(), "model");
    if (loaded.find(name) != std::string::npos) return;
  }
  ADD_FAILURE() << name << " was not loaded";
}

void flush(Bench& bench) {
  gst_harness_push_event(bench.harness(), gst_event_new_flush_start());
  gst_harness_push_event(bench.harness(), gst_event_new_flush_stop(TRUE));
  new_segment(bench);
}

void new_segment(Bench& bench) {
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  gst_harness_push_event(bench.harness(), gst_event_new_segment(&segment));
}

Outcome run_pipeline(const std::string& launch, const std::function<void(GstElement*)>& prepare) {
  Outcome run;
  GError* error = nullptr;
  const Owned<GstElement> pipeline(gst_parse_launch(launch.c_str(), &error));
  if (error != nullptr) {
    ADD_FAILURE() << error->message;
    g_error_free(error);
    return run;
  }
  probe(pipeline.get(), "tracker", "src", note, &run.frames);
  probe(pipeline.get(), "sink", "sink", note, &run.arrived);
  if (prepare) prepare(pipeline.get());
  const Owned<GstBus> bus(gst_element_get_bus(pipeline.get()));
  gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
  const GstClockTime begin = gst_util_get_timestamp();
  while (!run.eos && !run.failed && gst_util_get_timestamp() - begin < kLongestRun) {
    const Owned<GstMessage> message(gst_bus_timed_pop(bus.get(), GST_SECOND));
    if (message == nullptr) continue;
    run.news.push_back(read(message.get()));
    run.eos = run.news.back().type == GST_MESSAGE_EOS;
    run.failed = run.news.back().type == GST_MESSAGE_ERROR;
  }
  gst_element_set_state(pipeline.get(), GST_STATE_NULL);
  return run;
}

}  // namespace siamtrack::testing
