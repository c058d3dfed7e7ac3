// SPDX-License-Identifier: LGPL-2.1-or-later
#include "overlay_properties.h"

#include <initializer_list>

namespace siamtrack::overlay {
namespace {

using bridge::kAnyTime;
using bridge::kControllable;
using Table = bridge::PropertyTable<OverlaySettings>;

constexpr guint kMaxLineWidth = 64;  // px
constexpr guint kMaxFontSize = 256;  // px

GType shape_type() {
  static const GEnumValue values[] = {
      {static_cast<int>(Shape::kBox),
       "Rectangle about the target; where the metadata has one, its polygon", "box"},
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

void add_look(Table& table) {
  table.choice({"style", "Style", "How a target is outlined"}, SIAMTRACK_SETTING(style.shape),
               shape_type(), kAnyTime);
  table.choice({"color-by", "Color by", "What the color of a target tells"},
               SIAMTRACK_SETTING(style.colour_by), colour_by_type(), kAnyTime);
  table.number({"color", "Color", "Color as 0xAARRGGBB, for color-by=fixed"},
               SIAMTRACK_SETTING(style.colour), 0, G_MAXUINT32, kControllable);
  table.number({"line-width", "Line width", "Width of lines in pixels (0 = by frame height)"},
               SIAMTRACK_SETTING(style.line_width), 0, kMaxLineWidth, kControllable);
  table.number({"font-size", "Font size", "Height of text in pixels (0 = by frame height)"},
               SIAMTRACK_SETTING(style.font_size), 0, kMaxFontSize, kControllable);
  table.number({"alpha", "Alpha", "Opacity of everything drawn"}, SIAMTRACK_SETTING(style.alpha), 0,
               1, kControllable);
}

void add_content(Table& table) {
  table.choice({"labels", "Labels", "What is written beside a target"},
               SIAMTRACK_SETTING(style.labels), labels_type(), kAnyTime);
  table.plain({"trail", "Trail",
               "Draw where a target came from (when its metadata tells: siamtrack trail-length)"},
              SIAMTRACK_SETTING(style.trail), kAnyTime);
  table.plain({"mask", "Mask", "Tint the target where its metadata has a mask"},
              SIAMTRACK_SETTING(style.mask), kAnyTime);
  table.plain({"draw-lost", "Draw lost", "Draw lost targets where they were last seen"},
              SIAMTRACK_SETTING(style.draw_lost), kAnyTime);
  table.number({"expire", "Expire",
                "How long the latest targets stay on frames without metadata, in nanoseconds"},
               SIAMTRACK_SETTING(expire), 0, G_MAXUINT64, kAnyTime);
}

}  // namespace

const bridge::PropertyTable<OverlaySettings>& overlay_properties() {
  static const Table table = [] {
    Table all;
    add_look(all);
    add_content(all);
    for (const GType type : {shape_type(), colour_by_type(), labels_type()}) {
      gst_type_mark_as_plugin_api(type, static_cast<GstPluginAPIFlags>(0));
    }
    return all;
  }();
  return table;
}

}  // namespace siamtrack::overlay
