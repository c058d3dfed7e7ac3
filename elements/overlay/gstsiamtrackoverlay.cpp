// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * SECTION:element-siamtrackoverlay
 * @title: siamtrackoverlay
 *
 * Draws targets: outline, label, trail. It reads the metadata of siamtrack, GstAnalytics detections
 * and tracks (GStreamer >= 1.24) and regions of interest, so it shows the results of other trackers
 * and detectors too. Where downstream renders overlay compositions itself the pixels stay as they
 * are; elsewhere small rectangles are blended into the frame, never a canvas of its size.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 videotestsrc num-buffers=100 pattern=ball ! siamtrack box=150,100,40,40 \
 *   ! siamtrackoverlay style=corners ! videoconvert ! autovideosink
 * ]|
 */
#include "gstsiamtrackoverlay.h"

#include <gst/video/video.h>

#include <memory>

#include "../bridge/guard.h"
#include "../bridge/guarded_settings.h"
#include "../bridge/target_reader.h"
#include "../bridge/track_meta.h"
#include "overlay_caps.h"
#include "overlay_properties.h"
#include "painter.h"
#include "render.h"

GST_DEBUG_CATEGORY_STATIC(siam_track_overlay_debug);
#define GST_CAT_DEFAULT siam_track_overlay_debug

namespace overlay = siamtrack::overlay;
namespace bridge = siamtrack::bridge;

namespace {

/// Targets that were drawn last, for frames that tell of none.
struct Remembered {
  std::vector<bridge::TargetRecord> targets;
  GstClockTime time = GST_CLOCK_TIME_NONE;
};

struct Private {
  bridge::GuardedSettings<overlay::OverlaySettings> settings{overlay::overlay_properties()};
  // The streaming thread's own:
  GstVideoInfo info{};
  bool attach = false;                        // downstream renders compositions
  std::unique_ptr<overlay::Painter> painter;  // between start and stop
  Remembered remembered;
};

}  // namespace

struct _GstSiamTrackOverlay {
  GstBaseTransform parent;
  Private* priv;
};

G_DEFINE_TYPE(GstSiamTrackOverlay, gst_siam_track_overlay, GST_TYPE_BASE_TRANSFORM)
GST_ELEMENT_REGISTER_DEFINE(siamtrackoverlay, "siamtrackoverlay", GST_RANK_NONE,
                            GST_TYPE_SIAM_TRACK_OVERLAY)

namespace {

Private& private_of(gpointer object) { return *GST_SIAM_TRACK_OVERLAY(object)->priv; }

GstBaseTransformClass* parent_class() {
  return GST_BASE_TRANSFORM_CLASS(gst_siam_track_overlay_parent_class);
}

void set_property(GObject* object, guint id, const GValue* value, GParamSpec* spec) {
  private_of(object).settings.set_property(object, id, value, spec);
}

void get_property(GObject* object, guint id, GValue* value, GParamSpec* spec) {
  private_of(object).settings.get_property(object, id, value, spec);
}

GstCaps* transform_caps(GstBaseTransform*, GstPadDirection direction, GstCaps* caps,
                        GstCaps* filter) {
  GstCaps* result = overlay::other_caps(direction, caps);
  if (filter == nullptr) return result;
  GstCaps* filtered = gst_caps_intersect_full(filter, result, GST_CAPS_INTERSECT_FIRST);
  gst_caps_unref(result);
  return filtered;
}

GstCaps* fixate_caps(GstBaseTransform* transform, GstPadDirection direction, GstCaps* caps,
                     GstCaps* candidates) {
  if (direction != GST_PAD_SINK) return gst_caps_fixate(candidates);
  GstCaps* peer = gst_pad_peer_query_caps(GST_BASE_TRANSFORM_SRC_PAD(transform), nullptr);
  candidates = overlay::chosen_caps(caps, candidates, peer);
  if (peer != nullptr) gst_caps_unref(peer);
  return candidates;
}

gboolean set_caps(GstBaseTransform* transform, GstCaps* input, GstCaps* output) {
  Private& self = private_of(transform);
  // The caps alone tell it. An allocation query would be answered for a sink behind a scaler, too,
  // which would not scale what is attached.
  self.attach = overlay::has_composition(output);
  self.remembered = {};  // its boxes are of the old frame size
  return gst_video_info_from_caps(&self.info, input);
}

gboolean start(GstBaseTransform* transform) {
  return bridge::guarded(GST_ELEMENT(transform), gboolean{FALSE}, [&]() -> gboolean {
    private_of(transform).painter = std::make_unique<overlay::Painter>();
    return TRUE;
  });
}

gboolean stop(GstBaseTransform* transform) {
  Private& self = private_of(transform);
  self.painter.reset();
  self.remembered = {};
  return TRUE;
}

gboolean sink_event(GstBaseTransform* transform, GstEvent* event) {
  if (GST_EVENT_TYPE(event) == GST_EVENT_FLUSH_STOP) private_of(transform).remembered = {};
  return parent_class()->sink_event(transform, event);
}

/// Lets controllers set the properties for this frame.
void before_transform(GstBaseTransform* transform, GstBuffer* buffer) {
  const GstSegment& segment = transform->segment;
  if (segment.format != GST_FORMAT_TIME || !GST_BUFFER_PTS_IS_VALID(buffer)) return;
  const GstClockTime time =
      gst_segment_to_stream_time(&segment, GST_FORMAT_TIME, GST_BUFFER_PTS(buffer));
  if (GST_CLOCK_TIME_IS_VALID(time)) gst_object_sync_values(GST_OBJECT(transform), time);
}

/// The targets to draw on this frame: its own, else the remembered ones while they are fresh.
const std::vector<bridge::TargetRecord>& current_targets(Private& self, GstBuffer* buffer,
                                                         GstClockTime expire) {
  Remembered& last = self.remembered;
  std::vector<bridge::TargetRecord> targets = bridge::read_targets(buffer);
  const GstClockTime now = GST_BUFFER_PTS(buffer);
  const bool told = !targets.empty() || bridge::read_track_meta(buffer).has_value();
  const bool fresh = GST_CLOCK_TIME_IS_VALID(last.time) && GST_CLOCK_TIME_IS_VALID(now) &&
                     now >= last.time && now - last.time < expire;
  if (told || !fresh) last = {std::move(targets), now};
  return last.targets;
}

/// Chroma samples of the format are this many pixels apart.
int chroma_grid(const GstVideoInfo& info) {
  return 1 << std::max(GST_VIDEO_FORMAT_INFO_W_SUB(info.finfo, 1),
                       GST_VIDEO_FORMAT_INFO_H_SUB(info.finfo, 1));
}

GstFlowReturn draw(GstBaseTransform* transform, GstBuffer* buffer) {
  Private& self = private_of(transform);
  const overlay::OverlaySettings settings = self.settings.copy();
  const auto& targets = current_targets(self, buffer, settings.expire);
  if (targets.empty()) return GST_FLOW_OK;
  const overlay::Canvas canvas{
      {GST_VIDEO_INFO_WIDTH(&self.info), GST_VIDEO_INFO_HEIGHT(&self.info)},
      self.attach ? 1 : chroma_grid(self.info)};
  const auto& rectangles = self.painter->paint(targets, settings.style, canvas);
  if (rectangles.empty()) return GST_FLOW_OK;
  if (self.attach) {
    overlay::attach(buffer, rectangles);
  } else {
    overlay::blend(buffer, self.info, rectangles);
  }
  return GST_FLOW_OK;
}

GstFlowReturn transform_ip(GstBaseTransform* transform, GstBuffer* buffer) {
  return bridge::guarded(GST_ELEMENT(transform), GST_FLOW_ERROR,
                         [&] { return draw(transform, buffer); });
}

void finalize(GObject* object) {
  delete GST_SIAM_TRACK_OVERLAY(object)->priv;
  G_OBJECT_CLASS(gst_siam_track_overlay_parent_class)->finalize(object);
}

}  // namespace

static void gst_siam_track_overlay_init(GstSiamTrackOverlay* self) { self->priv = new Private; }

static void gst_siam_track_overlay_class_init(GstSiamTrackOverlayClass* klass) {
  GST_DEBUG_CATEGORY_INIT(siam_track_overlay_debug, "siamtrackoverlay", 0, "draws targets");
  auto* object_class = G_OBJECT_CLASS(klass);
  object_class->set_property = set_property;
  object_class->get_property = get_property;
  object_class->finalize = finalize;
  overlay::overlay_properties().install(object_class);

  auto* element_class = GST_ELEMENT_CLASS(klass);
  GstCaps* caps = overlay::template_caps();
  gst_element_class_add_pad_template(
      element_class, gst_pad_template_new("sink", GST_PAD_SINK, GST_PAD_ALWAYS, caps));
  gst_element_class_add_pad_template(
      element_class, gst_pad_template_new("src", GST_PAD_SRC, GST_PAD_ALWAYS, caps));
  gst_caps_unref(caps);
  gst_element_class_set_static_metadata(
      element_class, "Target overlay", "Filter/Effect/Video/Overlay",
      "Draws tracked objects and other regions of interest", "The siamtrack developers");

  auto* transform_class = GST_BASE_TRANSFORM_CLASS(klass);
  transform_class->passthrough_on_same_caps = FALSE;
  transform_class->transform_caps = transform_caps;
  transform_class->fixate_caps = fixate_caps;
  transform_class->set_caps = set_caps;
  transform_class->start = start;
  transform_class->stop = stop;
  transform_class->sink_event = sink_event;
  transform_class->before_transform = before_transform;
  transform_class->transform_ip = transform_ip;
}
