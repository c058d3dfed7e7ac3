// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * SECTION:element-siamtrack
 *
 * Follows any object through raw video, given one box, and attaches what it knows as metadata.
 * The frame is only read, never copied or converted. docs/elements.md tells everything.
 *
 * |[
 * gst-launch-1.0 videotestsrc num-buffers=100 pattern=ball ! siamtrack box=150,100,40,40 \
 *     ! siamtrackoverlay ! videoconvert ! autovideosink
 * ]|
 */
#include "gstsiamtrack.h"

#include <algorithm>
#include <string_view>

#include "bridge/guard.h"
#include "bridge/video_frame_map.h"
#include "element_state.h"

GST_DEBUG_CATEGORY(gst_siamtrack_debug);
#define GST_CAT_DEFAULT gst_siamtrack_debug

G_DEFINE_TYPE_WITH_CODE(GstSiamTrack, gst_siamtrack, GST_TYPE_BASE_TRANSFORM,
                        GST_DEBUG_CATEGORY_INIT(gst_siamtrack_debug, "siamtrack", 0,
                                                "visual object tracker"))
GST_ELEMENT_REGISTER_DEFINE(siamtrack, "siamtrack", GST_RANK_NONE, GST_TYPE_SIAMTRACK)

namespace siamtrack::tracker {
namespace {

guint targets_property = 0;  // ids of the properties that can only be read
guint stats_property = 0;

GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE("sink", GST_PAD_SINK, GST_PAD_ALWAYS,
                            GST_STATIC_CAPS(GST_VIDEO_CAPS_MAKE(SIAMTRACK_VIDEO_FORMATS)));
GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE("src", GST_PAD_SRC, GST_PAD_ALWAYS,
                            GST_STATIC_CAPS(GST_VIDEO_CAPS_MAKE(SIAMTRACK_VIDEO_FORMATS)));

void set_property(GObject* object, guint id, const GValue* value, GParamSpec* spec) {
  SharedState& shared = GST_SIAMTRACK(object)->state->shared;
  const std::lock_guard lock(shared.mutex);
  settings_table().set(shared.settings, id, value);
  ++shared.generation;
  if (shared.streaming) request_box(shared, spec->name);
}

bool is_loaded(SharedState& shared) {
  const std::lock_guard lock(shared.mutex);
  return shared.model != nullptr;
}

/// Loads the model here, not in set_property(): one g_object_set() may change model and preset, and
/// neither of the two need fit the other's old value.
void dispatch_properties_changed(GObject* object, guint count, GParamSpec** changed) {
  G_OBJECT_CLASS(gst_siamtrack_parent_class)->dispatch_properties_changed(object, count, changed);
  auto* self = GST_SIAMTRACK(object);
  const bool concerned = std::any_of(changed, changed + count, [](const GParamSpec* spec) {
    const std::string_view name = spec->name;
    return name == "model" || name == "preset";
  });
  if (concerned && is_loaded(self->state->shared)) reopen_model(self);
}

void get_property(GObject* object, guint id, GValue* value, GParamSpec*) {
  ElementState& state = *GST_SIAMTRACK(object)->state;
  const std::lock_guard lock(state.shared.mutex);
  if (id == targets_property) {
    store_targets(state.shared.snapshot, value);
  } else if (id == stats_property) {
    const StepTimes times{state.stopwatch.latency(), state.stopwatch.average(),
                          state.stopwatch.longest()};
    g_value_take_boxed(value, to_structure(state.shared.stats, times, state.shared.model.get()));
  } else {
    settings_table().get(state.shared.settings, id, value);
  }
}

GstStateChangeReturn change_state(GstElement* element, GstStateChange transition) {
  auto* self = GST_SIAMTRACK(element);
  // Again on the way to PAUSED, for properties set in READY; an unchanged model costs nothing.
  if ((transition == GST_STATE_CHANGE_NULL_TO_READY ||
       transition == GST_STATE_CHANGE_READY_TO_PAUSED) &&
      !bridge::guarded(element, false, [&] { return open_model(self), true; })) {
    return GST_STATE_CHANGE_FAILURE;
  }
  const auto result =
      GST_ELEMENT_CLASS(gst_siamtrack_parent_class)->change_state(element, transition);
  if (transition == GST_STATE_CHANGE_READY_TO_NULL) {
    const std::lock_guard lock(self->state->shared.mutex);
    self->state->shared.model.reset();
  }
  return result;
}

std::string script_path(SharedState& shared) {
  const std::lock_guard lock(shared.mutex);
  return shared.settings.init_file;
}

gboolean start(GstBaseTransform* base) {
  return bridge::guarded(GST_ELEMENT(base), gboolean{FALSE}, [&]() -> gboolean {
    ElementState& state = *GST_SIAMTRACK(base)->state;
    const std::string path = script_path(state.shared);
    state.session =
        std::make_unique<Session>(GST_ELEMENT(base), state.shared, state.lateness, state.stopwatch,
                                  path.empty() ? Script() : Script(path));
    state.lateness.reset();
    state.stopwatch.reset();
    const std::lock_guard lock(state.shared.mutex);
    request_all_boxes(state.shared);
    state.shared.streaming = true;
    return TRUE;
  });
}

gboolean stop(GstBaseTransform* base) {
  ElementState& state = *GST_SIAMTRACK(base)->state;
  state.session.reset();
  const std::lock_guard lock(state.shared.mutex);
  state.shared.streaming = false;
  state.shared.requests.clear();
  state.shared.snapshot = {};
  state.shared.pointer = {};
  return TRUE;
}

gboolean set_caps(GstBaseTransform* base, GstCaps* caps, GstCaps*) {
  GstVideoInfo info;
  if (!gst_video_info_from_caps(&info, caps)) {
    GST_WARNING_OBJECT(base, "not video caps: %" GST_PTR_FORMAT, static_cast<void*>(caps));
    return FALSE;
  }
  return bridge::guarded(GST_ELEMENT(base), FALSE, [&] {
    GST_SIAMTRACK(base)->state->session->set_video(info);
    return TRUE;
  });
}

GstFlowReturn transform_ip(GstBaseTransform* base, GstBuffer* buffer) {
  return bridge::guarded(GST_ELEMENT(base), GST_FLOW_ERROR, [&] {
    return GST_SIAMTRACK(base)->state->session->process(buffer, base->segment);
  });
}

void install_properties(GObjectClass* klass) {
  const guint first_free = settings_table().install(klass);
  targets_property = first_free;
  stats_property = first_free + 1;
  const auto flags = GParamFlags(G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_property(
      klass, targets_property,
      gst_param_spec_array(
          "targets", "Targets",
          "What is followed, as of the latest frame: one structure per target",
          g_param_spec_boxed("target", "Target", "One target", GST_TYPE_STRUCTURE, flags), flags));
  g_object_class_install_property(
      klass, stats_property,
      g_param_spec_boxed(
          "stats", "Statistics",
          "Counts of frames, tracking steps, skipped steps, dropped frames, losses, "
          "times found again, starts and rejected boxes; the model, and its times in ns",
          GST_TYPE_STRUCTURE, flags));
}

}  // namespace
}  // namespace siamtrack::tracker

static void gst_siamtrack_init(GstSiamTrack* self) {
  self->state = new siamtrack::tracker::ElementState;
  gst_base_transform_set_in_place(GST_BASE_TRANSFORM(self), TRUE);
  // Its way to be on time is to drop the picture; ours is in Lateness.
  gst_base_transform_set_qos_enabled(GST_BASE_TRANSFORM(self), FALSE);
}

static void gst_siamtrack_finalize(GObject* object) {
  delete GST_SIAMTRACK(object)->state;
  G_OBJECT_CLASS(gst_siamtrack_parent_class)->finalize(object);
}

static void gst_siamtrack_class_init(GstSiamTrackClass* klass) {
  using namespace siamtrack::tracker;
  auto* object = G_OBJECT_CLASS(klass);
  auto* element = GST_ELEMENT_CLASS(klass);
  auto* base = GST_BASE_TRANSFORM_CLASS(klass);
  object->set_property = set_property;
  object->get_property = get_property;
  object->dispatch_properties_changed = dispatch_properties_changed;
  object->finalize = gst_siamtrack_finalize;
  install_properties(object);
  install_actions(object);
  element->change_state = change_state;
  gst_element_class_set_static_metadata(
      element, "Siamese object tracker", "Filter/Analyzer/Video",
      "Follows any object, given one box, with a Siamese network; attaches boxes, scores and "
      "states "
      "as metadata and says when a target is lost and found again",
      "siamtrack contributors");
  gst_element_class_add_static_pad_template(element, &sink_template);
  gst_element_class_add_static_pad_template(element, &src_template);
  base->start = start;
  base->stop = stop;
  base->set_caps = set_caps;
  base->transform_ip = transform_ip;
  install_stream_functions(base);
}
