// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gst/gst.h>

#include "../bridge/property_table.h"
#include "style.h"

namespace siamtrack::overlay {

/// Everything a user can set.
struct OverlaySettings {
  OverlayStyle style;
  GstClockTime expire = 0;  ///< how long the latest targets are drawn on frames that tell of none
};

const bridge::PropertyTable<OverlaySettings>& overlay_properties();

}  // namespace siamtrack::overlay
