// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gst/gst.h>

#include "bridge/track_meta.h"
#include "export/gstsiamtrackexport.h"
#include "export/gstsiamtrackmeta2json.h"
#include "overlay/gstsiamtrackoverlay.h"
#include "tracker/gstsiamtrack.h"

namespace {

using RegisterElement = gboolean (*)(GstPlugin*);

/// One line per element.
constexpr RegisterElement kElements[] = {
    gst_element_register_siamtrack,
    gst_element_register_siamtrackoverlay,
    gst_element_register_siamtrackexport,
    gst_element_register_siamtrackmeta2json,
};

gboolean plugin_init(GstPlugin* plugin) {
  siamtrack::bridge::register_track_meta();
  for (const RegisterElement register_element : kElements) {
    if (!register_element(plugin)) return FALSE;
  }
  return TRUE;
}

}  // namespace

#define PACKAGE "siamtrack"
GST_PLUGIN_DEFINE(GST_VERSION_MAJOR, GST_VERSION_MINOR, siamtrack,
                  "Tracks any object in video with Siamese networks", plugin_init,
                  SIAMTRACK_VERSION, "LGPL", "siamtrack", "https://gstreamer.freedesktop.org/")
