// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gst/gst.h>
#include <gtest/gtest.h>

#include "bridge/track_meta.h"
#include "export/gstsiamtrackexport.h"
#include "export/gstsiamtrackmeta2json.h"
#include "overlay/gstsiamtrackoverlay.h"
#include "tracker/gstsiamtrack.h"

/// Runs the tests between gst_init() and gst_deinit(): it is there that the leaks tracer counts.
int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  gst_registry_fork_set_enabled(FALSE);  // the sanitizers do not survive the scanner's fork
  gst_init(&argc, &argv);
  siamtrack::bridge::register_track_meta();
  GST_ELEMENT_REGISTER(siamtrack, nullptr);
  GST_ELEMENT_REGISTER(siamtrackoverlay, nullptr);
  GST_ELEMENT_REGISTER(siamtrackexport, nullptr);
  GST_ELEMENT_REGISTER(siamtrackmeta2json, nullptr);
  const int result = RUN_ALL_TESTS();
  gst_deinit();
  return result;
}
