// SPDX-License-Identifier: LGPL-2.1-or-later
#include "enums.h"

#include <gst/gst.h>

namespace siamtrack::tracker {
namespace {

template <typename Enum>
constexpr gint value(Enum choice) {
  return static_cast<gint>(choice);
}

GType register_enum(const char* name, const GEnumValue* values) {
  const GType type = g_enum_register_static(name, values);
  gst_type_mark_as_plugin_api(type, static_cast<GstPluginAPIFlags>(0));
  return type;
}

GType register_flags(const char* name, const GFlagsValue* values) {
  const GType type = g_flags_register_static(name, values);
  gst_type_mark_as_plugin_api(type, static_cast<GstPluginAPIFlags>(0));
  return type;
}

}  // namespace

GType device_type() {
  static const GEnumValue values[] = {
      {value(Device::kAuto), "CUDA when it is usable, else the CPU", "auto"},
      {value(Device::kCpu), "CPU", "cpu"},
      {value(Device::kCuda), "CUDA; an error where it is not usable", "cuda"},
      {0, nullptr, nullptr}};
  static const GType type = register_enum("GstSiamTrackDevice", values);
  return type;
}

GType units_type() {
  static const GEnumValue values[] = {
      {value(Units::kPixels), "Pixels of the frame", "pixels"},
      {value(Units::kNormalized), "Fractions of the frame's width and height", "normalized"},
      {0, nullptr, nullptr}};
  static const GType type = register_enum("GstSiamTrackUnits", values);
  return type;
}

GType redetect_type() {
  static const GEnumValue values[] = {
      {value(Redetect::kNone), "Only where it was, in the normal region", "none"},
      {value(Redetect::kLocal), "In a growing region about where it was", "local"},
      {value(Redetect::kGlobal), "In the whole frame, a part of it per frame", "global"},
      {0, nullptr, nullptr}};
  static const GType type = register_enum("GstSiamTrackRedetect", values);
  return type;
}

GType late_policy_type() {
  static const GEnumValue values[] = {
      {value(LatePolicy::kCoast), "Pass the frame, skip the tracking step", "coast"},
      {value(LatePolicy::kTrackAll), "Track every frame, however late", "track-all"},
      {value(LatePolicy::kDropBuffer), "Drop late frames", "drop-buffer"},
      {0, nullptr, nullptr}};
  static const GType type = register_enum("GstSiamTrackLatePolicy", values);
  return type;
}

GType messages_type() {
  static const GEnumValue values[] = {
      {value(Messages::kNone), "Only rejected boxes", "none"},
      {value(Messages::kState), "Changes of a target's state", "state"},
      {value(Messages::kAll), "State changes, and the results of every frame", "all"},
      {0, nullptr, nullptr}};
  static const GType type = register_enum("GstSiamTrackMessages", values);
  return type;
}

GType init_from_type() {
  static const GFlagsValue values[] = {
      {kInitFromBox, "Properties box and object-initial-*", "box"},
      {kInitFromRoiMeta, "Region-of-interest metadata from upstream", "roi-meta"},
      {kInitFromAnalyticsMeta, "GstAnalytics detections from upstream", "analytics-meta"},
      {kInitFromNavigation, "Mouse and touch: click, or drag a box", "navigation"},
      {kInitFromEvent, "Event GstSiamTrackSelect", "event"},
      {0, nullptr, nullptr}};
  static const GType type = register_flags("GstSiamTrackInitFrom", values);
  return type;
}

GType reset_on_type() {
  static const GFlagsValue values[] = {
      {kResetOnFlush, "Flush (seek)", "flush"},
      {kResetOnDiscont, "Discontinuity", "discont"},
      {kResetOnSegment, "New segment", "segment"},
      {kResetOnCaps, "Change of the frame size; without it targets are rescaled", "caps"},
      {0, nullptr, nullptr}};
  static const GType type = register_flags("GstSiamTrackResetOn", values);
  return type;
}

GType output_type() {
  static const GFlagsValue values[] = {
      {kOutputRoi, "GstVideoRegionOfInterestMeta", "roi"},
      {kOutputMeta, "GstSiamTrackMeta", "meta"},
      {kOutputAnalytics, "GstAnalytics metadata (GStreamer 1.24 and later)", "analytics"},
      {0, nullptr, nullptr}};
  static const GType type = register_flags("GstSiamTrackOutput", values);
  return type;
}

}  // namespace siamtrack::tracker
