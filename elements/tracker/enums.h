// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <glib-object.h>

#include "siamtrack/config.h"

/// The element's choices, as C++ types and as GTypes that gst-inspect-1.0 and gst-launch-1.0 know.
namespace siamtrack::tracker {

enum class Units { kPixels, kNormalized };

/// What happens when the element cannot keep up with the stream.
enum class LatePolicy {
  kCoast,       ///< the picture passes, the tracking step is left out, boxes are extrapolated
  kTrackAll,    ///< every frame is tracked, however late
  kDropBuffer,  ///< late frames are dropped
};

enum class Messages { kNone, kState, kAll };

enum InitFrom : unsigned {
  kInitFromBox = 1 << 0,
  kInitFromRoiMeta = 1 << 1,
  kInitFromAnalyticsMeta = 1 << 2,
  kInitFromNavigation = 1 << 3,
  kInitFromEvent = 1 << 4,
};

enum ResetOn : unsigned {
  kResetOnFlush = 1 << 0,
  kResetOnDiscont = 1 << 1,
  kResetOnSegment = 1 << 2,
  kResetOnCaps = 1 << 3,
};

enum Output : unsigned {
  kOutputRoi = 1 << 0,
  kOutputMeta = 1 << 1,
  kOutputAnalytics = 1 << 2,
};

GType device_type();
GType units_type();
GType redetect_type();
GType late_policy_type();
GType messages_type();
GType init_from_type();
GType reset_on_type();
GType output_type();

}  // namespace siamtrack::tracker
