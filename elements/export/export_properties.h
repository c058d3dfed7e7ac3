// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gst/gst.h>

#include <string>

#include "frame_reader.h"

namespace siamtrack::exporting {

/// Everything that a user can set.
struct ExportSettings {
  std::string location;  ///< empty: not set
  Format format = Format::kJsonl;
  bool append = false;
  Selection selection;
};

/// Adds the properties; their defaults are those of ExportSettings.
void install_export_properties(GObjectClass* object_class);

/// @return  false when there is no such property
bool set_export_property(ExportSettings& settings, guint id, const GValue* value);

/// @return  false when there is no such property
bool get_export_property(const ExportSettings& settings, guint id, GValue* value);

}  // namespace siamtrack::exporting
