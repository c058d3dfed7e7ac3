// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * SECTION:element-siamtrackmeta2json
 * @title: siamtrackmeta2json
 *
 * Makes a stream of text from the metadata of every frame: one JSON object and a line feed per
 * buffer, with the frame's times. What sends or keeps bytes takes it from there: udpsink,
 * tcpserversink, filesink, appsink.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 videotestsrc num-buffers=100 pattern=ball ! siamtrack box=150,100,40,40 \
 *   ! siamtrackmeta2json ! udpsink host=127.0.0.1 port=5000
 * ]|
 */
#include "gstsiamtrackmeta2json.h"

#include <gst/video/gstvideometa.h>

#include <memory>
#include <string>
#include <utility>

#include "../bridge/guard.h"
#include "../bridge/guarded_settings.h"
#include "export_properties.h"
#include "formats.h"
#include "frame_reader.h"

GST_DEBUG_CATEGORY_STATIC(siam_track_meta_2_json_debug);
#define GST_CAT_DEFAULT siam_track_meta_2_json_debug

namespace bridge = siamtrack::bridge;
namespace exporting = siamtrack::exporting;

namespace {

struct Private {
  bridge::GuardedSettings<exporting::Meta2JsonSettings> settings{exporting::meta2json_properties()};
  // The streaming thread's own:
  std::unique_ptr<exporting::Formatter> formatter;
  siamtrack::Size frame;
  std::uint64_t frames = 0;
};

}  // namespace

struct _GstSiamTrackMeta2Json {
  GstBaseTransform parent;
  Private* priv;
};

G_DEFINE_TYPE(GstSiamTrackMeta2Json, gst_siam_track_meta_2_json, GST_TYPE_BASE_TRANSFORM)
GST_ELEMENT_REGISTER_DEFINE(siamtrackmeta2json, "siamtrackmeta2json", GST_RANK_NONE,
                            GST_TYPE_SIAM_TRACK_META_2_JSON)

namespace {

GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);
GstStaticPadTemplate source_template =
    GST_STATIC_PAD_TEMPLATE("src", GST_PAD_SRC, GST_PAD_ALWAYS,
                            GST_STATIC_CAPS("application/x-json, format = (string) json-lines"));

Private& private_of(gpointer object) { return *GST_SIAM_TRACK_META_2_JSON(object)->priv; }

void set_property(GObject* object, guint id, const GValue* value, GParamSpec* spec) {
  private_of(object).settings.set_property(object, id, value, spec);
}

void get_property(GObject* object, guint id, GValue* value, GParamSpec* spec) {
  private_of(object).settings.get_property(object, id, value, spec);
}

gboolean start(GstBaseTransform* transform) {
  Private& self = private_of(transform);
  self.formatter = exporting::make_formatter(exporting::Format::kJsonl);
  self.frame = {};
  self.frames = 0;
  return TRUE;
}

/// Anything goes in and text comes out, whatever is on the other side.
GstCaps* transform_caps(GstBaseTransform*, GstPadDirection direction, GstCaps*, GstCaps* filter) {
  GstCaps* caps = gst_static_pad_template_get_caps(direction == GST_PAD_SINK ? &source_template
                                                                             : &sink_template);
  if (filter == nullptr) return caps;
  GstCaps* both = gst_caps_intersect_full(filter, caps, GST_CAPS_INTERSECT_FIRST);
  gst_caps_unref(caps);
  return both;
}

gboolean set_caps(GstBaseTransform* transform, GstCaps* input, GstCaps*) {
  private_of(transform).frame = exporting::frame_size(input);
  return TRUE;
}

/// Padded frames are welcome: no pixel is read.
gboolean propose_allocation(GstBaseTransform*, GstQuery*, GstQuery* query) {
  gst_query_add_allocation_meta(query, GST_VIDEO_META_API_TYPE, nullptr);
  return TRUE;
}

/// Takes the frame that waits and makes its line.
GstFlowReturn generate_output(GstBaseTransform* transform, GstBuffer** output) {
  *output = nullptr;
  GstBuffer* waiting = std::exchange(transform->queued_buf, nullptr);
  if (waiting == nullptr) return GST_FLOW_OK;
  const std::unique_ptr<GstBuffer, void (*)(GstBuffer*)> input(waiting, gst_buffer_unref);
  return bridge::guarded(GST_ELEMENT(transform), GST_FLOW_ERROR, [&] {
    Private& self = private_of(transform);
    exporting::FrameEntry entry = exporting::read_frame(input.get(), transform->segment, self.frame,
                                                        self.settings.copy().selection);
    entry.index = self.frames++;
    const std::string line = self.formatter->lines(entry);
    *output = gst_buffer_new_memdup(line.data(), line.size());
    gst_buffer_copy_into(*output, input.get(), GST_BUFFER_COPY_TIMESTAMPS, 0, -1);
    return GST_FLOW_OK;
  });
}

void finalize(GObject* object) {
  delete GST_SIAM_TRACK_META_2_JSON(object)->priv;
  G_OBJECT_CLASS(gst_siam_track_meta_2_json_parent_class)->finalize(object);
}

}  // namespace

static void gst_siam_track_meta_2_json_init(GstSiamTrackMeta2Json* self) {
  self->priv = new Private;
}

static void gst_siam_track_meta_2_json_class_init(GstSiamTrackMeta2JsonClass* klass) {
  GST_DEBUG_CATEGORY_INIT(siam_track_meta_2_json_debug, "siamtrackmeta2json", 0, "tells targets");
  auto* object_class = G_OBJECT_CLASS(klass);
  object_class->set_property = set_property;
  object_class->get_property = get_property;
  object_class->finalize = finalize;
  exporting::meta2json_properties().install(object_class);

  auto* element_class = GST_ELEMENT_CLASS(klass);
  gst_element_class_add_static_pad_template(element_class, &sink_template);
  gst_element_class_add_static_pad_template(element_class, &source_template);
  gst_element_class_set_static_metadata(
      element_class, "Targets to JSON", "Filter/Converter/Metadata",
      "Turns tracked objects into a stream of JSON lines", "The siamtrack developers");

  auto* transform_class = GST_BASE_TRANSFORM_CLASS(klass);
  transform_class->start = start;
  transform_class->transform_caps = transform_caps;
  transform_class->set_caps = set_caps;
  transform_class->propose_allocation = propose_allocation;
  transform_class->generate_output = generate_output;
}
