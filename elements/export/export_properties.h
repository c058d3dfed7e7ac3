// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gst/gst.h>

#include <string>

#include "../bridge/property_table.h"
#include "frame_reader.h"

namespace siamtrack::exporting {

/// Everything that a user can set.
struct ExportSettings {
  std::string location;  ///< empty: not set
  Format format = Format::kJsonl;
  bool append = false;
  Selection selection;
};

const bridge::PropertyTable<ExportSettings>& export_properties();

}  // namespace siamtrack::exporting
