// SPDX-License-Identifier: LGPL-2.1-or-later
#include "selection.h"

#include <gst/video/video.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>

#include "element_state.h"

#define GST_CAT_DEFAULT gst_siamtrack_debug

namespace siamtrack::tracker {
namespace {

constexpr int kSelectButton = 1;      // the main one
constexpr int kRemoveButton = 3;      // the right one
constexpr double kLeastDragPx = 4.0;  // a hand's tremor while clicking is no drag

/// A field that may be a double or an int; NaN when it is neither, which check_box() refuses.
double number(const GstStructure* structure, const char* field) {
  double value = std::numeric_limits<double>::quiet_NaN();
  int whole = 0;
  if (gst_structure_get_double(structure, field, &value)) return value;
  return gst_structure_get_int(structure, field, &whole) ? whole : value;
}

/// An integer of whatever type: bindings choose that themselves. 0 when the field is no number.
std::uint64_t whole_number(const GValue& field) {
  GValue number = G_VALUE_INIT;
  g_value_init(&number, G_TYPE_UINT64);
  if (!g_value_transform(&field, &number)) {
    GST_WARNING("id of a target: expected a number, found a %s", G_VALUE_TYPE_NAME(&field));
  }
  return g_value_get_uint64(&number);
}

InitRequest read_select(const GstStructure* structure, Origin origin) {
  InitRequest request = init_at(Box{number(structure, "x"), number(structure, "y"),
                                    number(structure, "width"), number(structure, "height")},
                                origin);
  if (const char* units = gst_structure_get_string(structure, "units")) {
    request.units = std::string_view(units) == "normalized" ? Units::kNormalized : Units::kPixels;
  }
  if (const char* label = gst_structure_get_string(structure, "label")) request.label = label;
  if (const GValue* id = gst_structure_get_value(structure, "id")) {
    request.id = whole_number(*id);
    request.corrects = true;
  }
  return request;
}

Request read_clear(const GstStructure* structure) {
  const GValue* id = gst_structure_get_value(structure, "id");
  if (id == nullptr) return ClearRequest{};
  return RemoveRequest{whole_number(*id)};
}

}  // namespace

std::optional<Request> Pointer::read(GstEvent* event, bool& handled) {
  gint button = 0;
  guint finger = 0;
  gdouble x = 0, y = 0, pressure = 0;
  switch (gst_navigation_event_get_type(event)) {
    case GST_NAVIGATION_EVENT_MOUSE_BUTTON_PRESS:
      gst_navigation_event_parse_mouse_button_event(event, &button, &x, &y);
      if (button == kRemoveButton) {
        handled = true;
        return RemoveAtRequest{{x, y}};
      }
      if (button != kSelectButton) return std::nullopt;
      break;
    case GST_NAVIGATION_EVENT_TOUCH_DOWN:
      gst_navigation_event_parse_touch_event(event, &finger, &x, &y, &pressure);
      if (pressed_ && finger != finger_) return std::nullopt;
      finger_ = finger;
      break;
    case GST_NAVIGATION_EVENT_MOUSE_BUTTON_RELEASE:
      gst_navigation_event_parse_mouse_button_event(event, &button, &x, &y);
      handled = button == kSelectButton || button == kRemoveButton;
      return button == kSelectButton ? release(x, y) : std::nullopt;
    case GST_NAVIGATION_EVENT_TOUCH_UP:
      gst_navigation_event_parse_touch_up_event(event, &finger, &x, &y);
      handled = finger == finger_;
      return handled ? release(x, y) : std::nullopt;
    case GST_NAVIGATION_EVENT_TOUCH_CANCEL:
      pressed_.reset();
      return std::nullopt;
    default:
      return std::nullopt;
  }
  handled = true;
  pressed_ = ClickPlace{x, y};
  return std::nullopt;
}

std::optional<Request> Pointer::release(double x, double y) {
  if (!pressed_) return std::nullopt;
  const ClickPlace from = *pressed_;
  pressed_.reset();
  const bool dragged = std::abs(x - from.x) >= kLeastDragPx && std::abs(y - from.y) >= kLeastDragPx;
  const Box box{std::min(x, from.x), std::min(y, from.y), std::abs(x - from.x),
                std::abs(y - from.y)};
  InitRequest request = init_at(dragged ? Place(box) : Place(from), Origin::kScreen);
  request.units = Units::kPixels;
  return request;
}

std::optional<Request> read_custom_event(GstEvent* event) {
  const GstStructure* structure = gst_event_get_structure(event);
  if (structure == nullptr) return std::nullopt;
  if (gst_structure_has_name(structure, "GstSiamTrackSelect")) {
    const bool in_stream =
        gst_event_type_get_flags(GST_EVENT_TYPE(event)) & GST_EVENT_TYPE_SERIALIZED;
    return read_select(structure, in_stream ? Origin::kStream : Origin::kScreen);
  }
  if (gst_structure_has_name(structure, "GstSiamTrackClear")) return read_clear(structure);
  return std::nullopt;
}

}  // namespace siamtrack::tracker
