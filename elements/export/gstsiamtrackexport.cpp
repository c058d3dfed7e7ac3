// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * SECTION:element-siamtrackexport
 * @title: siamtrackexport
 *
 * Writes what the metadata of every frame tells to a file: JSON lines, CSV, OTB, VOT or
 * MOTChallenge. Frames without a target are written too. Buffers pass untouched, whatever they are.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 videotestsrc num-buffers=100 pattern=ball ! siamtrack box=150,100,40,40 \
 *   ! siamtrackexport location=out.jsonl ! fakesink
 * ]|
 */
#include "gstsiamtrackexport.h"

#include <memory>
#include <string>

#include "../bridge/guard.h"
#include "../bridge/guarded_settings.h"
#include "export_properties.h"
#include "formats.h"
#include "frame_reader.h"
#include "line_file.h"

GST_DEBUG_CATEGORY_STATIC(siam_track_export_debug);
#define GST_CAT_DEFAULT siam_track_export_debug

namespace bridge = siamtrack::bridge;
namespace exporting = siamtrack::exporting;
using siamtrack::Error;
using siamtrack::ErrorCode;

namespace {

/// What lives from start to stop.
struct Session {
  exporting::LineFile file;
  std::unique_ptr<exporting::Formatter> formatter;
  std::uint64_t frames = 0;
};

struct Private {
  bridge::GuardedSettings<exporting::ExportSettings> settings{exporting::export_properties()};
  exporting::Interrupt interrupt;
  // The streaming thread's own:
  std::unique_ptr<Session> session;
  siamtrack::Size frame;
};

}  // namespace

struct _GstSiamTrackExport {
  GstBaseTransform parent;
  Private* priv;
};

G_DEFINE_TYPE(GstSiamTrackExport, gst_siam_track_export, GST_TYPE_BASE_TRANSFORM)
GST_ELEMENT_REGISTER_DEFINE(siamtrackexport, "siamtrackexport", GST_RANK_NONE,
                            GST_TYPE_SIAM_TRACK_EXPORT)

namespace {

Private& private_of(gpointer object) { return *GST_SIAM_TRACK_EXPORT(object)->priv; }

void set_property(GObject* object, guint id, const GValue* value, GParamSpec* spec) {
  private_of(object).settings.set_property(object, id, value, spec);
}

void get_property(GObject* object, guint id, GValue* value, GParamSpec* spec) {
  private_of(object).settings.get_property(object, id, value, spec);
}

gboolean start(GstBaseTransform* transform) {
  return bridge::guarded(GST_ELEMENT(transform), gboolean{FALSE}, [&]() -> gboolean {
    Private& self = private_of(transform);
    const exporting::ExportSettings settings = self.settings.copy();
    if (settings.location.empty()) {
      throw Error(ErrorCode::kInvalidArgument,
                  "the property location is not set, expected a file name or -");
    }
    self.frame = {};
    self.interrupt.set(false);
    self.session.reset(new Session{{settings.location, settings.append, self.interrupt},
                                   exporting::make_formatter(settings.format)});
    Session& session = *self.session;
    if (!settings.append || session.file.was_empty())
      session.file.write(session.formatter->header());
    return TRUE;
  });
}

gboolean stop(GstBaseTransform* transform) {
  return bridge::guarded(GST_ELEMENT(transform), gboolean{FALSE}, [&]() -> gboolean {
    const std::unique_ptr<Session> session = std::move(private_of(transform).session);
    if (session) session->file.close();
    return TRUE;
  });
}

gboolean set_caps(GstBaseTransform* transform, GstCaps* input, GstCaps*) {
  private_of(transform).frame = exporting::frame_size(input);
  return TRUE;
}

GstFlowReturn transform_ip(GstBaseTransform* transform, GstBuffer* buffer) {
  return bridge::guarded(GST_ELEMENT(transform), GST_FLOW_ERROR, [&] {
    Private& self = private_of(transform);
    const exporting::Selection selection = self.settings.copy().selection;
    exporting::FrameEntry entry =
        exporting::read_frame(buffer, transform->segment, self.frame, selection);
    entry.index = self.session->frames++;
    const bool all = self.session->file.write(self.session->formatter->lines(entry));
    return all ? GST_FLOW_OK : GST_FLOW_FLUSHING;
  });
}

gboolean sink_event(GstBaseTransform* transform, GstEvent* event) {
  exporting::Interrupt& interrupt = private_of(transform).interrupt;
  if (GST_EVENT_TYPE(event) == GST_EVENT_FLUSH_START) interrupt.set(true);
  if (GST_EVENT_TYPE(event) == GST_EVENT_FLUSH_STOP) interrupt.set(false);
  return GST_BASE_TRANSFORM_CLASS(gst_siam_track_export_parent_class)->sink_event(transform, event);
}

GstStateChangeReturn change_state(GstElement* element, GstStateChange transition) {
  // Whoever stops the pipeline waits for the streaming thread, which may wait for a reader.
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY) private_of(element).interrupt.set(true);
  return GST_ELEMENT_CLASS(gst_siam_track_export_parent_class)->change_state(element, transition);
}

void finalize(GObject* object) {
  delete GST_SIAM_TRACK_EXPORT(object)->priv;
  G_OBJECT_CLASS(gst_siam_track_export_parent_class)->finalize(object);
}

}  // namespace

static void gst_siam_track_export_init(GstSiamTrackExport* self) {
  self->priv = new Private;
  gst_base_transform_set_passthrough(GST_BASE_TRANSFORM(self), TRUE);
  gst_base_transform_set_gap_aware(GST_BASE_TRANSFORM(self), TRUE);
}

static void gst_siam_track_export_class_init(GstSiamTrackExportClass* klass) {
  GST_DEBUG_CATEGORY_INIT(siam_track_export_debug, "siamtrackexport", 0, "writes targets");
  auto* object_class = G_OBJECT_CLASS(klass);
  object_class->set_property = set_property;
  object_class->get_property = get_property;
  object_class->finalize = finalize;
  exporting::export_properties().install(object_class);

  auto* element_class = GST_ELEMENT_CLASS(klass);
  element_class->change_state = change_state;
  static GstStaticPadTemplate sink =
      GST_STATIC_PAD_TEMPLATE("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);
  static GstStaticPadTemplate source =
      GST_STATIC_PAD_TEMPLATE("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);
  gst_element_class_add_static_pad_template(element_class, &sink);
  gst_element_class_add_static_pad_template(element_class, &source);
  gst_element_class_set_static_metadata(element_class, "Target export", "Filter/Metadata",
                                        "Writes tracked objects to a file, a line per frame",
                                        "The siamtrack developers");

  auto* transform_class = GST_BASE_TRANSFORM_CLASS(klass);
  transform_class->sink_event = sink_event;
  transform_class->start = start;
  transform_class->stop = stop;
  transform_class->set_caps = set_caps;
  transform_class->transform_ip = transform_ip;
}
