// SPDX-License-Identifier: LGPL-2.1-or-later
#include "selection.h"

#include <gst/video/video.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>

namespace siamtrack::tracker {
namespace {

constexpr int kSelectButton = 1;      // the main one
constexpr double kLeastDragPx = 4.0;  // a hand's tremor while clicking is no drag

/// A field that may be a double or an int; NaN when it is neither, which check_box() refuses.
double number(const GstStructure* structure, const char* field) {
  double value = std::numeric_limits<double>::quiet_NaN();
  int whole = 0;
  if (gst_structure_get_double(structure, field, &value)) return value;
  return gst_structure_get_int(structure, field, &whole) ? whole : value;
}

InitRequest read_select(const GstStructure* structure) {
  InitRequest request = init_at(Box{number(structure, "x"), number(structure, "y"),
                                    number(structure, "width"), number(structure, "height")});
  if (const char* units = gst_structure_get_string(structure, "units")) {
    request.units = std::string_view(units) == "normalized" ? Units::kNormalized : Units::kPixels;
  }
  if (const char* label = gst_structure_get_string(structure, "label")) request.label = label;
  return request;
}

}  // namespace

std::optional<InitRequest> Pointer::read(GstEvent* event, bool& handled) {
  gint button = 0;
  guint finger = 0;
  gdouble x = 0, y = 0, pressure = 0;
  switch (gst_navigation_event_get_type(event)) {
    case GST_NAVIGATION_EVENT_MOUSE_BUTTON_PRESS:
      gst_navigation_event_parse_mouse_button_event(event, &button, &x, &y);
      if (button != kSelectButton) return std::nullopt;
      break;
    case GST_NAVIGATION_EVENT_TOUCH_DOWN:
      gst_navigation_event_parse_touch_event(event, &finger, &x, &y, &pressure);
      break;
    case GST_NAVIGATION_EVENT_MOUSE_BUTTON_RELEASE:
      gst_navigation_event_parse_mouse_button_event(event, &button, &x, &y);
      if (button != kSelectButton) return std::nullopt;
      handled = true;
      return release(x, y);
    case GST_NAVIGATION_EVENT_TOUCH_UP:
      gst_navigation_event_parse_touch_up_event(event, &finger, &x, &y);
      handled = true;
      return release(x, y);
    default:
      return std::nullopt;
  }
  handled = true;
  pressed_ = ClickPlace{x, y};
  return std::nullopt;
}

std::optional<InitRequest> Pointer::release(double x, double y) {
  if (!pressed_) return std::nullopt;
  const ClickPlace from = *pressed_;
  pressed_.reset();
  const bool dragged = std::abs(x - from.x) >= kLeastDragPx && std::abs(y - from.y) >= kLeastDragPx;
  const Box box{std::min(x, from.x), std::min(y, from.y), std::abs(x - from.x),
                std::abs(y - from.y)};
  InitRequest request = init_at(dragged ? Place(box) : Place(from));
  request.units = Units::kPixels;
  return request;
}

std::optional<Request> read_custom_event(GstEvent* event) {
  const GstStructure* structure = gst_event_get_structure(event);
  if (structure == nullptr) return std::nullopt;
  if (gst_structure_has_name(structure, "GstSiamTrackSelect")) return read_select(structure);
  if (!gst_structure_has_name(structure, "GstSiamTrackClear")) return std::nullopt;
  guint64 id = 0;
  if (gst_structure_get_uint64(structure, "id", &id)) return RemoveRequest{id};
  return ClearRequest{};
}

}  // namespace siamtrack::tracker
