// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gst/base/gstbasetransform.h>

#include <memory>

#include "gstsiamtrack.h"
#include "session.h"

GST_DEBUG_CATEGORY_EXTERN(gst_siamtrack_debug);

namespace siamtrack::tracker {

/// Everything of the element that has a destructor.
struct ElementState {
  SharedState shared;
  Lateness lateness;
  Stopwatch stopwatch;
  std::unique_ptr<Session> session;  ///< between start() and stop(); streaming thread
};

}  // namespace siamtrack::tracker

struct _GstSiamTrack {
  GstBaseTransform parent;
  siamtrack::tracker::ElementState* state;
};

namespace siamtrack::tracker {

/// Adds add-target, track-point, remove-target and clear to the class.
void install_actions(GObjectClass* klass);

/// Sets the class's functions for events and queries.
void install_stream_functions(GstBaseTransformClass* klass);

/// Loads the library and the model that the settings name. Throws Error.
void open_model(GstSiamTrack* self);

/// Loads the model in another thread and puts it in place of the present one when it is there; a
/// model that cannot be loaded is a warning, and the present one stays.
void reopen_model(GstSiamTrack* self);

}  // namespace siamtrack::tracker
