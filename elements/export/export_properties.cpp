// SPDX-License-Identifier: LGPL-2.1-or-later
#include "export_properties.h"

namespace siamtrack::exporting {
namespace {

enum Property : guint { kLocation = 1, kFormat, kAppend, kIncludeLost, kNormalized };

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

}  // namespace

void install_export_properties(GObjectClass* object_class) {
  constexpr auto base = static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  constexpr auto ready = static_cast<GParamFlags>(base | GST_PARAM_MUTABLE_READY);
  constexpr auto playing = static_cast<GParamFlags>(base | GST_PARAM_MUTABLE_PLAYING);
  const ExportSettings defaults;
  const auto add = [object_class](Property id, GParamSpec* spec) {
    g_object_class_install_property(object_class, id, spec);
  };
  add(kLocation, g_param_spec_string("location", "Location",
                                     "File to write; - is the standard output", nullptr, ready));
  add(kFormat, g_param_spec_enum("format", "Format", "Format of the file", format_type(),
                                 static_cast<int>(defaults.format), ready));
  add(kAppend, g_param_spec_boolean("append", "Append", "Keep what the file has and write after it",
                                    defaults.append, ready));
  add(kIncludeLost, g_param_spec_boolean("include-lost", "Include lost", "Write lost targets too",
                                         defaults.selection.include_lost, playing));
  add(kNormalized, g_param_spec_boolean("normalized", "Normalized",
                                        "Write boxes as fractions of the frame instead of pixels",
                                        defaults.selection.normalized, playing));
  gst_type_mark_as_plugin_api(format_type(), static_cast<GstPluginAPIFlags>(0));
}

bool set_export_property(ExportSettings& settings, guint id, const GValue* value) {
  switch (id) {
    case kLocation: {
      const gchar* text = g_value_get_string(value);
      settings.location = text != nullptr ? text : "";
      return true;
    }
    case kFormat:
      settings.format = static_cast<Format>(g_value_get_enum(value));
      return true;
    case kAppend:
      settings.append = g_value_get_boolean(value);
      return true;
    case kIncludeLost:
      settings.selection.include_lost = g_value_get_boolean(value);
      return true;
    case kNormalized:
      settings.selection.normalized = g_value_get_boolean(value);
      return true;
    default:
      return false;
  }
}

bool get_export_property(const ExportSettings& settings, guint id, GValue* value) {
  switch (id) {
    case kLocation:
      g_value_set_string(value, settings.location.empty() ? nullptr : settings.location.c_str());
      return true;
    case kFormat:
      g_value_set_enum(value, static_cast<int>(settings.format));
      return true;
    case kAppend:
      g_value_set_boolean(value, settings.append);
      return true;
    case kIncludeLost:
      g_value_set_boolean(value, settings.selection.include_lost);
      return true;
    case kNormalized:
      g_value_set_boolean(value, settings.selection.normalized);
      return true;
    default:
      return false;
  }
}

}  // namespace siamtrack::exporting
