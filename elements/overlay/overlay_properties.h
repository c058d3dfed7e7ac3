// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gst/gst.h>

#include "style.h"

namespace siamtrack::overlay {

/// Everything a user can set.
struct OverlaySettings {
  OverlayStyle style;
  GstClockTime expire = 0;  ///< how long the latest targets are drawn on frames that tell of none
};

/// Adds the properties; their defaults are those of OverlaySettings.
void install_overlay_properties(GObjectClass* object_class);

/// @return  false when there is no such property
bool set_overlay_property(OverlaySettings& settings, guint id, const GValue* value);

/// @return  false when there is no such property
bool get_overlay_property(const OverlaySettings& settings, guint id, GValue* value);

}  // namespace siamtrack::overlay
