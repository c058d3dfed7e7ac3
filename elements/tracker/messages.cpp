// SPDX-License-Identifier: LGPL-2.1-or-later
#include "messages.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "bridge/guard.h"

namespace siamtrack::tracker {
namespace {

void set_times(GstStructure* structure, const FrameTimes& times) {
  gst_structure_set(structure, "timestamp", G_TYPE_UINT64, times.timestamp, "stream-time",
                    G_TYPE_UINT64, times.stream_time, "running-time", G_TYPE_UINT64,
                    times.running_time, "duration", G_TYPE_UINT64, times.duration, nullptr);
}

void post(GstElement* element, GstStructure* structure, const FrameTimes& times) {
  set_times(structure, times);
  gst_element_post_message(element, gst_message_new_element(GST_OBJECT(element), structure));
}

/// Messages are logged and read by people; the pixels of masks stay in the buffers' metadata.
bridge::TargetRecord without_mask(bridge::TargetRecord record) {
  record.mask.reset();
  return record;
}

std::string describe(const Box& box) {
  std::string text;
  for (const double value : {box.x, box.y, box.width, box.height}) {
    gchar number[G_ASCII_DTOSTR_BUF_SIZE];
    g_ascii_formatd(number, sizeof number, "%g", value);  // a dot whatever the locale
    text += (text.empty() ? "" : ",") + std::string(number);
  }
  return text;
}

}  // namespace

FrameTimes frame_times(const GstSegment& segment, GstBuffer* buffer) {
  FrameTimes times;
  times.timestamp = GST_BUFFER_PTS(buffer);
  times.duration = GST_BUFFER_DURATION(buffer);
  if (GST_CLOCK_TIME_IS_VALID(times.timestamp) && segment.format == GST_FORMAT_TIME) {
    times.stream_time = gst_segment_to_stream_time(&segment, GST_FORMAT_TIME, times.timestamp);
    times.running_time = gst_segment_to_running_time(&segment, GST_FORMAT_TIME, times.timestamp);
  }
  return times;
}

void post_state(GstElement* element, const StateChange& change, Size frame,
                const FrameTimes& times) {
  GstStructure* structure = bridge::to_structure(without_mask(change.record), "siamtrack-state");
  gst_structure_set(structure, "old-state", G_TYPE_STRING, bridge::to_string(change.before),
                    "reason", G_TYPE_STRING, change.reason, "frame-width", G_TYPE_INT, frame.width,
                    "frame-height", G_TYPE_INT, frame.height, nullptr);
  post(element, structure, times);
}

void post_result(GstElement* element, const bridge::FrameRecord& record, const FrameTimes& times) {
  GstStructure* structure =
      gst_structure_new("siamtrack-result", "frame-width", G_TYPE_INT, record.frame.width,
                        "frame-height", G_TYPE_INT, record.frame.height, nullptr);
  std::vector<bridge::TargetRecord> targets;
  std::ranges::transform(record.targets, std::back_inserter(targets), without_mask);
  bridge::set_targets(structure, "targets", targets);
  post(element, structure, times);
}

void post_rejection(GstElement* element, const Rejection& rejection, Size frame,
                    const FrameTimes& times) {
  const Box& box = rejection.box;
  post(element,
       gst_structure_new("siamtrack-rejected", "id", G_TYPE_UINT64, guint64(rejection.id), "reason",
                         G_TYPE_STRING, rejection.reason.c_str(), "x", G_TYPE_DOUBLE, box.x, "y",
                         G_TYPE_DOUBLE, box.y, "width", G_TYPE_DOUBLE, box.width, "height",
                         G_TYPE_DOUBLE, box.height, nullptr),
       times);
  bridge::post_warning(
      element, Error(ErrorCode::kRejectedBox,
                     "box " + describe(box) + " in a frame of " + std::to_string(frame.width) +
                         "x" + std::to_string(frame.height) + " rejected: " + rejection.reason));
}

void post_qos(GstElement* element, bool live, const FrameTimes& times, guint64 done,
              guint64 left_out) {
  GstMessage* message = gst_message_new_qos(GST_OBJECT(element), live, times.running_time,
                                            times.stream_time, times.timestamp, times.duration);
  gst_message_set_qos_stats(message, GST_FORMAT_BUFFERS, done, left_out);
  gst_element_post_message(element, message);
}

}  // namespace siamtrack::tracker
