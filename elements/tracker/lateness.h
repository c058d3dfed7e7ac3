// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gst/gst.h>

#include <atomic>

#include "messages.h"

namespace siamtrack::tracker {

/// Knows whether the stream runs late, from two sources: what the sink reports upstream, and in a
/// live pipeline the clock, for sinks that report nothing. All functions from any thread.
class Lateness {
 public:
  /// Reads a QOS event on its way from the sink.
  void note_qos(GstEvent* event);

  /// Reads the answer to a latency query.
  void note_latency(bool live, GstClockTime upstream_latency);

  /// True when the latest latency query found a live source.
  bool live() const { return live_; }

  /// Forgets what the sink said, as after a flush.
  void reset();

  /// True when a frame of these times can no longer be shown in time.
  bool late(GstElement* element, const FrameTimes& times) const;

 private:
  bool behind_clock(GstElement* element, const FrameTimes& times) const;

  std::atomic<GstClockTime> earliest_{0};  ///< running time before which frames come too late
  std::atomic<bool> live_{false};
  std::atomic<GstClockTime> upstream_latency_{0};
};

/// Measures the time that tracking takes, and from it the latency the element answers to queries.
class Stopwatch {
 public:
  /// Forgets everything, as for another stream or another model.
  void reset();

  /// Takes the time of one tracking step into account.
  /// @return  true when latency() has grown and the application should be told
  bool note(GstClockTime elapsed);

  GstClockTime latency() const { return latency_; }
  GstClockTime average() const { return average_; }
  GstClockTime longest() const { return longest_; }

 private:
  std::atomic<GstClockTime> latency_{0};
  std::atomic<GstClockTime> average_{0};
  std::atomic<GstClockTime> longest_{0};
  unsigned steps_ = 0;
};

}  // namespace siamtrack::tracker
