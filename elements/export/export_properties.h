// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gst/gst.h>

#include <string>

#include "../bridge/property_table.h"
#include "frame_reader.h"

namespace siamtrack::exporting {

/// Everything that a user can set of siamtrackexport.
struct ExportSettings {
  std::string location;  ///< empty: not set
  Format format = Format::kJsonl;
  bool append = false;
  Selection selection;
};

const bridge::PropertyTable<ExportSettings>& export_properties();

/// The same of siamtrackmeta2json.
struct Meta2JsonSettings {
  Selection selection;
};

const bridge::PropertyTable<Meta2JsonSettings>& meta2json_properties();

}  // namespace siamtrack::exporting
