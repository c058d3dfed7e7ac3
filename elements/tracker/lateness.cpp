// SPDX-License-Identifier: LGPL-2.1-or-later
#include "lateness.h"

#include <algorithm>

namespace siamtrack::tracker {
namespace {

constexpr GstClockTime kFrameWithoutDuration = GST_SECOND / 30;

/// So many frames without a step show whether that makes up for a delay; fewer than the session
/// leaves out in a row.
constexpr unsigned kPatience = 8;

/// The answer to latency queries grows in these steps, so that it does not grow often.
constexpr GstClockTime kLatencyStep = 5 * GST_MSECOND;

/// The first steps also pay for first allocations; they say nothing about the rest.
constexpr unsigned kWarmUpSteps = 5;

/// Share of the newest step in the average is 1 / kAverageOver.
constexpr GstClockTime kAverageOver = 16;

/// A step that takes longer, in averages, was held up by something else than tracking.
constexpr GstClockTime kLongestInAverages = 4;

}  // namespace

bool Backlog::late(GstClockTimeDiff delay, GstClockTimeDiff frame) {
  usual_ = std::clamp<GstClockTimeDiff>(delay, 0, usual_);
  if (delay <= usual_ + frame) {
    waited_ = 0;
    return false;
  }
  if (waited_++ == 0) first_ = least_ = delay;
  least_ = std::min(least_, delay);
  if (waited_ < kPatience) return true;
  waited_ = 0;
  if (first_ - delay >= frame) return true;
  usual_ = least_;
  return delay > usual_ + frame;
}

void Lateness::note_qos(GstEvent* event) {
  GstQOSType type;
  gdouble proportion = 0;
  GstClockTimeDiff jitter = 0;
  GstClockTime timestamp = GST_CLOCK_TIME_NONE;
  gst_event_parse_qos(event, &type, &proportion, &jitter, &timestamp);
  // A sink that wants fewer frames than there are is not late.
  if (!GST_CLOCK_TIME_IS_VALID(timestamp) || type == GST_QOS_TYPE_THROTTLE) return;
  // A late sink is given twice the delay to catch up, as GstVideoDecoder does.
  const GstClockTimeDiff ahead = jitter > 0 ? 2 * jitter : jitter;
  earliest_ = GstClockTime(std::max<GstClockTimeDiff>(0, GstClockTimeDiff(timestamp) + ahead));
}

void Lateness::note_latency(bool live, GstClockTime upstream_latency) {
  live_ = live;
  upstream_latency_ = upstream_latency;
}

void Lateness::reset() {
  earliest_ = 0;
  backlog_ = {};
}

bool Lateness::late(GstElement* element, const FrameTimes& times) {
  if (!GST_CLOCK_TIME_IS_VALID(times.running_time)) return false;
  return times.running_time < earliest_ || behind_clock(element, times);
}

bool Lateness::behind_clock(GstElement* element, const FrameTimes& times) {
  if (!live_ || GST_STATE(element) != GST_STATE_PLAYING) return false;
  GstClock* clock = gst_element_get_clock(element);
  if (clock == nullptr) return false;
  const GstClockTime now = gst_clock_get_time(clock);
  gst_object_unref(clock);
  const GstClockTime frame =
      GST_CLOCK_TIME_IS_VALID(times.duration) ? times.duration : kFrameWithoutDuration;
  const GstClockTime due =
      gst_element_get_base_time(element) + times.running_time + upstream_latency_;
  return backlog_.late(GST_CLOCK_DIFF(due, now), GstClockTimeDiff(frame));
}

void Stopwatch::reset() {
  latency_ = 0;
  average_ = 0;
  longest_ = 0;
  steps_ = 0;
}

bool Stopwatch::note(GstClockTime elapsed) {
  longest_ = std::max<GstClockTime>(longest_, elapsed);
  const GstClockTime before = average_;
  if (++steps_ <= kWarmUpSteps) {
    average_ = steps_ == 1 ? elapsed : std::min(before, elapsed);
    return false;
  }
  const GstClockTime counted = std::min(elapsed, kLongestInAverages * before);
  average_ = (before * (kAverageOver - 1) + counted) / kAverageOver;
  if (average_ <= latency_) return false;
  latency_ = (average_ / kLatencyStep + 1) * kLatencyStep;
  return true;
}

}  // namespace siamtrack::tracker
