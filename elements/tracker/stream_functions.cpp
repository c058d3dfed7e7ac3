// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gst/video/video.h>

#include "element_state.h"

/// The element's answers to events and queries.
namespace siamtrack::tracker {
namespace {

GstBaseTransformClass* parent_class() {
  return GST_BASE_TRANSFORM_CLASS(g_type_class_peek(GST_TYPE_BASE_TRANSFORM));
}

bool accepts(SharedState& shared, InitFrom source) {
  const std::lock_guard lock(shared.mutex);
  return shared.settings.init_from & source;
}

/// Takes one of our custom events out of the stream. Stopping is open to everybody.
bool consume_custom_event(SharedState& shared, GstEvent* event) {
  std::optional<Request> request = read_custom_event(event);
  if (!request) return false;
  if (std::holds_alternative<InitRequest>(*request) && !accepts(shared, kInitFromEvent)) {
    return false;
  }
  enqueue(shared, std::move(*request));
  return true;
}

bool consume_pointer(SharedState& shared, GstEvent* event) {
  if (!accepts(shared, kInitFromNavigation)) return false;
  const std::lock_guard lock(shared.mutex);
  bool handled = false;
  if (auto request = shared.pointer.read(event, handled)) {
    shared.requests.emplace_back(std::move(*request));
  }
  return handled;
}

/// Upstream would answer a QOS event by dropping pictures, which one policy alone allows.
bool consume_qos(ElementState& state, GstEvent* event) {
  state.lateness.note_qos(event);
  const std::lock_guard lock(state.shared.mutex);
  return state.shared.settings.late_policy != LatePolicy::kDropBuffer;
}

gboolean sink_event(GstBaseTransform* base, GstEvent* event) {
  ElementState& state = *GST_SIAMTRACK(base)->state;
  switch (GST_EVENT_TYPE(event)) {
    case GST_EVENT_FLUSH_STOP:
      state.lateness.reset();
      if (state.session) state.session->jump(kResetOnFlush);
      break;
    case GST_EVENT_SEGMENT:
      if (state.session) state.session->jump(kResetOnSegment);
      break;
    case GST_EVENT_CUSTOM_DOWNSTREAM:
    case GST_EVENT_CUSTOM_DOWNSTREAM_OOB:
      if (consume_custom_event(state.shared, event)) {
        gst_event_unref(event);
        return TRUE;
      }
      break;
    default:
      break;
  }
  return parent_class()->sink_event(base, event);
}

gboolean src_event(GstBaseTransform* base, GstEvent* event) {
  ElementState& state = *GST_SIAMTRACK(base)->state;
  bool consumed = false;
  if (GST_EVENT_TYPE(event) == GST_EVENT_QOS) {
    consumed = consume_qos(state, event);
  } else if (GST_EVENT_TYPE(event) == GST_EVENT_NAVIGATION) {
    consumed = consume_pointer(state.shared, event);
  } else if (GST_EVENT_TYPE(event) == GST_EVENT_CUSTOM_UPSTREAM) {
    consumed = consume_custom_event(state.shared, event);
  }
  if (!consumed) return parent_class()->src_event(base, event);
  gst_event_unref(event);
  return TRUE;
}

gboolean query(GstBaseTransform* base, GstPadDirection direction, GstQuery* query) {
  const gboolean answered = parent_class()->query(base, direction, query);
  if (!answered || direction != GST_PAD_SRC || GST_QUERY_TYPE(query) != GST_QUERY_LATENCY) {
    return answered;
  }
  ElementState& state = *GST_SIAMTRACK(base)->state;
  gboolean live = FALSE;
  GstClockTime least = 0, most = 0;
  gst_query_parse_latency(query, &live, &least, &most);
  state.lateness.note_latency(live, least);
  const GstClockTime own = state.stopwatch.latency();
  gst_query_set_latency(query, live, least + own,
                        GST_CLOCK_TIME_IS_VALID(most) ? most + own : most);
  return TRUE;
}

gboolean propose_allocation(GstBaseTransform* base, GstQuery* decide, GstQuery* query) {
  if (!parent_class()->propose_allocation(base, decide, query)) return FALSE;
  // A crop that is only metadata would put our coordinates into a frame nobody sees.
  guint index = 0;
  if (gst_query_find_allocation_meta(query, GST_VIDEO_CROP_META_API_TYPE, &index)) {
    gst_query_remove_nth_allocation_meta(query, index);
  }
  return TRUE;
}

}  // namespace

void install_stream_functions(GstBaseTransformClass* klass) {
  klass->sink_event = sink_event;
  klass->src_event = src_event;
  klass->query = query;
  klass->propose_allocation = propose_allocation;
}

}  // namespace siamtrack::tracker
