// SPDX-License-Identifier: LGPL-2.1-or-later
#include "overlay_properties.h"

#include <initializer_list>

namespace siamtrack::overlay {
namespace {

enum Property : guint {
  kStyle = 1,
  kColourBy,
  kColour,
  kLineWidth,
  kFontSize,
  kLabels,
  kTrail,
  kAlpha,
  kDrawLost,
  kExpire,
};

constexpr guint kMaxLineWidth = 64;  // px
constexpr guint kMaxFontSize = 256;  // px
constexpr auto kFlags = static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                                                 GST_PARAM_MUTABLE_PLAYING);
constexpr auto kControlled = static_cast<GParamFlags>(kFlags | GST_PARAM_CONTROLLABLE);

GType shape_type() {
  static const GEnumValue values[] = {
      {static_cast<int>(Shape::kBox), "Rectangle about the target", "box"},
      {static_cast<int>(Shape::kCorners), "Corners of the rectangle", "corners"},
      {static_cast<int>(Shape::kCrosshair), "Cross in the centre", "crosshair"},
      {0, nullptr, nullptr}};
  static const GType type = g_enum_register_static("GstSiamTrackOverlayStyle", values);
  return type;
}

GType colour_by_type() {
  static const GEnumValue values[] = {
      {static_cast<int>(ColourBy::kState), "Green, amber when uncertain, red when lost", "state"},
      {static_cast<int>(ColourBy::kId), "One colour per target", "id"},
      {static_cast<int>(ColourBy::kFixed), "The property color", "fixed"},
      {0, nullptr, nullptr}};
  static const GType type = g_enum_register_static("GstSiamTrackOverlayColorBy", values);
  return type;
}

GType labels_type() {
  static const GFlagsValue values[] = {{kLabelId, "Number of the target", "id"},
                                       {kLabelName, "Label of the target", "label"},
                                       {kLabelScore, "Confidence in percent", "score"},
                                       {kLabelState, "State, when not tracking", "state"},
                                       {0, nullptr, nullptr}};
  static const GType type = g_flags_register_static("GstSiamTrackOverlayLabels", values);
  return type;
}

void install_look(GObjectClass* object_class) {
  const OverlayStyle defaults;
  g_object_class_install_property(
      object_class, kStyle,
      g_param_spec_enum("style", "Style", "How a target is outlined", shape_type(),
                        static_cast<int>(defaults.shape), kFlags));
  g_object_class_install_property(
      object_class, kColourBy,
      g_param_spec_enum("color-by", "Color by", "What the color of a target tells",
                        colour_by_type(), static_cast<int>(defaults.colour_by), kFlags));
  g_object_class_install_property(
      object_class, kColour,
      g_param_spec_uint("color", "Color", "Color as 0xAARRGGBB, for color-by=fixed", 0, G_MAXUINT32,
                        defaults.colour, kControlled));
  g_object_class_install_property(
      object_class, kLineWidth,
      g_param_spec_uint("line-width", "Line width",
                        "Width of lines in pixels (0 = by frame height)", 0, kMaxLineWidth,
                        defaults.line_width, kControlled));
  g_object_class_install_property(
      object_class, kFontSize,
      g_param_spec_uint("font-size", "Font size", "Height of text in pixels (0 = by frame height)",
                        0, kMaxFontSize, defaults.font_size, kControlled));
  g_object_class_install_property(
      object_class, kAlpha,
      g_param_spec_double("alpha", "Alpha", "Opacity of everything drawn", 0, 1, defaults.alpha,
                          kControlled));
}

void install_content(GObjectClass* object_class) {
  const OverlaySettings defaults;
  g_object_class_install_property(
      object_class, kLabels,
      g_param_spec_flags("labels", "Labels", "What is written beside a target", labels_type(),
                         defaults.style.labels, kFlags));
  g_object_class_install_property(
      object_class, kTrail,
      g_param_spec_boolean("trail", "Trail",
                           "Draw where a target came from (when its metadata tells: siamtrack "
                           "trail-length)",
                           defaults.style.trail, kFlags));
  g_object_class_install_property(
      object_class, kDrawLost,
      g_param_spec_boolean("draw-lost", "Draw lost", "Draw lost targets where they were last seen",
                           defaults.style.draw_lost, kFlags));
  g_object_class_install_property(
      object_class, kExpire,
      g_param_spec_uint64("expire", "Expire",
                          "How long the latest targets stay on frames without metadata, in "
                          "nanoseconds",
                          0, G_MAXUINT64, defaults.expire, kFlags));
}

}  // namespace

void install_overlay_properties(GObjectClass* object_class) {
  install_look(object_class);
  install_content(object_class);
  for (const GType type : {shape_type(), colour_by_type(), labels_type()}) {
    gst_type_mark_as_plugin_api(type, static_cast<GstPluginAPIFlags>(0));
  }
}

bool set_overlay_property(OverlaySettings& settings, guint id, const GValue* value) {
  OverlayStyle& style = settings.style;
  switch (id) {
    case kStyle:
      style.shape = static_cast<Shape>(g_value_get_enum(value));
      return true;
    case kColourBy:
      style.colour_by = static_cast<ColourBy>(g_value_get_enum(value));
      return true;
    case kColour:
      style.colour = g_value_get_uint(value);
      return true;
    case kLineWidth:
      style.line_width = g_value_get_uint(value);
      return true;
    case kFontSize:
      style.font_size = g_value_get_uint(value);
      return true;
    case kLabels:
      style.labels = g_value_get_flags(value);
      return true;
    case kTrail:
      style.trail = g_value_get_boolean(value);
      return true;
    case kAlpha:
      style.alpha = g_value_get_double(value);
      return true;
    case kDrawLost:
      style.draw_lost = g_value_get_boolean(value);
      return true;
    case kExpire:
      settings.expire = g_value_get_uint64(value);
      return true;
    default:
      return false;
  }
}

bool get_overlay_property(const OverlaySettings& settings, guint id, GValue* value) {
  const OverlayStyle& style = settings.style;
  switch (id) {
    case kStyle:
      g_value_set_enum(value, static_cast<int>(style.shape));
      return true;
    case kColourBy:
      g_value_set_enum(value, static_cast<int>(style.colour_by));
      return true;
    case kColour:
      g_value_set_uint(value, style.colour);
      return true;
    case kLineWidth:
      g_value_set_uint(value, style.line_width);
      return true;
    case kFontSize:
      g_value_set_uint(value, style.font_size);
      return true;
    case kLabels:
      g_value_set_flags(value, style.labels);
      return true;
    case kTrail:
      g_value_set_boolean(value, style.trail);
      return true;
    case kAlpha:
      g_value_set_double(value, style.alpha);
      return true;
    case kDrawLost:
      g_value_set_boolean(value, style.draw_lost);
      return true;
    case kExpire:
      g_value_set_uint64(value, settings.expire);
      return true;
    default:
      return false;
  }
}

}  // namespace siamtrack::overlay
