// SPDX-License-Identifier: LGPL-2.1-or-later
#include "frame_reader.h"

#include <cstdio>
#include <memory>

#include "../bridge/target_reader.h"
#include "../bridge/track_meta.h"
#include "siamtrack/error.h"

namespace siamtrack::exporting {
namespace {

using bridge::Point;
using bridge::TargetRecord;

constexpr GstClockTime kNtpToUnix = GST_SECOND * G_GUINT64_CONSTANT(2208988800);  // RFC 5905

/// Time since 1970 of the meta whose reference is `caps`; none without one.
GstClockTime reference_time(GstBuffer* buffer, const char* caps) {
  GstCaps* reference = gst_caps_from_string(caps);
  const GstReferenceTimestampMeta* meta =
      gst_buffer_get_reference_timestamp_meta(buffer, reference);
  gst_caps_unref(reference);
  return meta != nullptr ? meta->timestamp : GST_CLOCK_TIME_NONE;
}

void normalize(TargetRecord& target, Size frame) {
  const double x = 1.0 / frame.width;
  const double y = 1.0 / frame.height;
  target.box = {target.box.x * x, target.box.y * y, target.box.width * x, target.box.height * y};
  for (auto* points : {&target.polygon, &target.trail}) {
    for (Point& point : *points) point = {point.x * x, point.y * y};
  }
  target.rotated.reset();  // a turned rectangle is none in a squeezed frame; the polygon tells it
}

}  // namespace

std::string utc_of(GstBuffer* buffer) {
  GstClockTime time = reference_time(buffer, "timestamp/x-unix");
  if (!GST_CLOCK_TIME_IS_VALID(time)) {
    const GstClockTime ntp = reference_time(buffer, "timestamp/x-ntp");
    if (!GST_CLOCK_TIME_IS_VALID(ntp) || ntp < kNtpToUnix) return {};
    time = ntp - kNtpToUnix;
  }
  const std::unique_ptr<GDateTime, void (*)(GDateTime*)> date(
      g_date_time_new_from_unix_utc(static_cast<gint64>(time / GST_SECOND)), g_date_time_unref);
  if (!date) return {};
  const std::unique_ptr<gchar, void (*)(gpointer)> text(
      g_date_time_format(date.get(), "%Y-%m-%dT%H:%M:%S"), g_free);
  char fraction[16];
  std::snprintf(fraction, sizeof fraction, ".%09uZ", static_cast<unsigned>(time % GST_SECOND));
  return std::string(text.get()) + fraction;
}

Size frame_size(const GstCaps* caps) {
  Size size;
  const GstStructure* structure = gst_caps_get_structure(caps, 0);
  gst_structure_get_int(structure, "width", &size.width);
  gst_structure_get_int(structure, "height", &size.height);
  return size;
}

FrameEntry read_frame(GstBuffer* buffer, const GstSegment& segment, Size frame,
                      const Selection& selection) {
  FrameEntry entry;
  entry.pts = GST_BUFFER_PTS(buffer);
  if (segment.format == GST_FORMAT_TIME && GST_CLOCK_TIME_IS_VALID(entry.pts)) {
    entry.stream_time = gst_segment_to_stream_time(&segment, GST_FORMAT_TIME, entry.pts);
    entry.running_time = gst_segment_to_running_time(&segment, GST_FORMAT_TIME, entry.pts);
  }
  entry.utc = utc_of(buffer);
  entry.frame = frame;
  entry.normalized = selection.normalized;
  entry.targets = bridge::read_targets(buffer);
  if (!selection.include_lost) {
    std::erase_if(entry.targets, [](const TargetRecord& target) {
      return target.state == bridge::TargetState::kLost;
    });
  }
  if (selection.normalized) {
    if (frame.width <= 0 || frame.height <= 0) {
      throw Error(
          ErrorCode::kUnsupportedInput,
          "normalized boxes need the frame size, expected caps with width and height, found "
          "caps without");
    }
    for (TargetRecord& target : entry.targets) normalize(target, frame);
  }
  return entry;
}

}  // namespace siamtrack::exporting
