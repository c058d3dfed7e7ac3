// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gst/gst.h>

/// Leaks one buffer. The build expects this program to fail: if it does not, the leaks tracer is
/// off, and the silence of the other tests means nothing.
int main(int argc, char** argv) {
  gst_registry_fork_set_enabled(FALSE);
  gst_init(&argc, &argv);
  gst_buffer_new();
  gst_deinit();
  return 0;
}
