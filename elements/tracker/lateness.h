// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gst/gst.h>

#include <atomic>

#include "messages.h"

namespace siamtrack::tracker {

/// Tells the delay that leaving out steps makes up for from the delay that frames come with anyway:
/// a camera's driver, a decoder or a network may take more time than it tells. Without the
/// difference such a stream would count as late for ever.
class Backlog {
 public:
  /// @param delay  of the frame behind its time; negative = it comes early
  /// @param frame  duration of a frame
  /// @return       true when the frame is late and leaving out its step helps, as far as is known
  bool late(GstClockTimeDiff delay, GstClockTimeDiff frame);

  /// Tells that a step was made: only time without any shows what leaving them out is worth.
  void stepped() { waited_ = 0; }

 private:
  GstClockTimeDiff usual_ = 0;  ///< delay that frames come with
  GstClockTimeDiff first_ = 0;  ///< delay of the first frame since the latest step
  GstClockTimeDiff least_ = 0;  ///< since then
  unsigned waited_ = 0;         ///< late frames since then
};

/// Knows whether the stream runs late, from two sources: what the sink reports upstream, and in a
/// live pipeline the clock, for sinks that report nothing. late(), stepped() and reset() belong to
/// the streaming thread, the other functions to any.
class Lateness {
 public:
  /// Reads a QOS event on its way from the sink.
  void note_qos(GstEvent* event);

  /// Reads the answer to a latency query.
  void note_latency(bool live, GstClockTime upstream_latency);

  /// True when the latest latency query found a live source.
  bool live() const { return live_; }

  /// Forgets what the sink and the clock said, as after a flush.
  void reset();

  /// True when a frame of these times can no longer be shown in time, or only by leaving out steps.
  bool late(GstElement* element, const FrameTimes& times);

  /// Tells that a step was made.
  void stepped() { backlog_.stepped(); }

 private:
  bool behind_clock(GstElement* element, const FrameTimes& times);

  Backlog backlog_;

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
