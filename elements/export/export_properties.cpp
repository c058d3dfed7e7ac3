// SPDX-License-Identifier: LGPL-2.1-or-later
#include "export_properties.h"

namespace siamtrack::exporting {
namespace {

using bridge::kAnyTime;
using bridge::kInReady;

GType format_type() {
  static const GEnumValue values[] = {
      {static_cast<int>(Format::kJsonl), "One JSON object per frame", "jsonl"},
      {static_cast<int>(Format::kCsv), "Comma-separated values with a header", "csv"},
      {static_cast<int>(Format::kOtb), "OTB results: one box per frame, 1-based", "otb"},
      {static_cast<int>(Format::kVot), "VOT results: one region per frame", "vot"},
      {static_cast<int>(Format::kMot), "MOTChallenge results: one row per target", "mot"},
      {0, nullptr, nullptr}};
  static const GType type = g_enum_register_static("GstSiamTrackExportFormat", values);
  return type;
}

template <typename Settings>
void add_selection(bridge::PropertyTable<Settings>& table) {
  table.plain({"include-lost", "Include lost", "Write lost targets too"},
              SIAMTRACK_SETTING(selection.include_lost), kAnyTime);
  table.plain(
      {"normalized", "Normalized", "Write boxes as fractions of the frame instead of pixels"},
      SIAMTRACK_SETTING(selection.normalized), kAnyTime);
}

}  // namespace

const bridge::PropertyTable<ExportSettings>& export_properties() {
  static const auto table = [] {
    bridge::PropertyTable<ExportSettings> all;
    all.plain({"location", "Location", "File to write; - is the standard output"},
              SIAMTRACK_SETTING(location), kInReady);
    all.choice({"format", "Format", "Format of the file"}, SIAMTRACK_SETTING(format), format_type(),
               kInReady);
    all.plain({"append", "Append", "Keep what the file has and write after it"},
              SIAMTRACK_SETTING(append), kInReady);
    add_selection(all);
    gst_type_mark_as_plugin_api(format_type(), static_cast<GstPluginAPIFlags>(0));
    return all;
  }();
  return table;
}

const bridge::PropertyTable<Meta2JsonSettings>& meta2json_properties() {
  static const auto table = [] {
    bridge::PropertyTable<Meta2JsonSettings> all;
    add_selection(all);
    return all;
  }();
  return table;
}

}  // namespace siamtrack::exporting
