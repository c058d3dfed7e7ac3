// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gst/check/gstharness.h>
#include <gst/gst.h>
#include <gst/video/video.h>
#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "bridge/track_meta.h"

/// What tests of elements share: GStreamer with our elements in it, harnesses and frames.
namespace siamtrack::test {

struct Unref {
  void operator()(GstHarness* harness) const { gst_harness_teardown(harness); }
  void operator()(GstBuffer* buffer) const { gst_buffer_unref(buffer); }
  void operator()(GstMessage* message) const { gst_message_unref(message); }
};
using Harness = std::unique_ptr<GstHarness, Unref>;
using Buffer = std::unique_ptr<GstBuffer, Unref>;
using Message = std::unique_ptr<GstMessage, Unref>;

inline Harness make_harness(const std::string& launch_line) {
  return Harness(gst_harness_new_parse(launch_line.c_str()));
}

inline std::string caps_text(const std::string& format, Size size) {
  return "video/x-raw, format=" + format + ", width=" + std::to_string(size.width) +
         ", height=" + std::to_string(size.height) + ", framerate=30/1";
}

inline GstVideoInfo video_info(const std::string& format, Size size) {
  GstVideoInfo info;
  gst_video_info_set_format(&info, gst_video_format_from_string(format.c_str()),
                            static_cast<guint>(size.width), static_cast<guint>(size.height));
  return info;
}

/// A frame of noise, the same in every run.
inline Buffer noise_frame(const GstVideoInfo& info, GstClockTime pts = 0) {
  std::minstd_rand random(1);
  std::vector<guint8> bytes(info.size);
  for (guint8& byte : bytes) byte = static_cast<guint8>(random() >> 8);
  GstBuffer* buffer = gst_buffer_new_memdup(bytes.data(), bytes.size());
  GST_BUFFER_PTS(buffer) = pts;
  return Buffer(buffer);
}

inline std::vector<guint8> bytes_of(GstBuffer* buffer) {
  std::vector<guint8> bytes(gst_buffer_get_size(buffer));
  gst_buffer_extract(buffer, 0, bytes.data(), bytes.size());
  return bytes;
}

inline bridge::TargetRecord target(const Box& box, std::uint64_t id = 1) {
  bridge::TargetRecord record;
  record.id = id;
  record.state = bridge::TargetState::kTracking;
  record.score = 0.5;
  record.box = box;
  return record;
}

inline void add_target(const Buffer& buffer, Size frame, const bridge::TargetRecord& record) {
  bridge::add_track_meta(buffer.get(), {frame, {record}});
}

/// Pushes a buffer and gives back what comes out.
inline Buffer through(const Harness& harness, Buffer buffer) {
  return Buffer(gst_harness_push_and_pull(harness.get(), buffer.release()));
}

/// A frame of noise with one target, after it went through the elements of `launch`.
inline Buffer drawn(const std::string& launch, const std::string& format, Size size,
                    const bridge::TargetRecord& record) {
  const Harness harness = make_harness(launch);
  gst_harness_set_src_caps_str(harness.get(), caps_text(format, size).c_str());
  Buffer frame = noise_frame(video_info(format, size));
  add_target(frame, size, record);
  return through(harness, std::move(frame));
}

}  // namespace siamtrack::test
