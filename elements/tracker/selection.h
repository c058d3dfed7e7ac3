// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gst/gst.h>

#include <optional>

#include "requests.h"

/// Requests that come as events: mouse and touch, and the events
/// GstSiamTrackSelect {x, y, width, height (double), units ("pixels" | "normalized"), label, id
/// (any integer, optional: of a target that starts anew from there)} and GstSiamTrackClear {id (any
/// integer, optional: that target only)}, custom upstream or downstream. Serialised downstream they
/// act on the very frame that follows them.
namespace siamtrack::tracker {

/// Turns presses and releases into boxes: a drag gives the box between both points, a click a
/// square about the point. The right button stops following what it points at.
class Pointer {
 public:
  /// @param event   a navigation event, coordinates in pixels of the element's frame
  /// @param handled set to true when the event is a press or release
  std::optional<Request> read(GstEvent* event, bool& handled);

 private:
  std::optional<Request> release(double x, double y);

  std::optional<ClickPlace> pressed_;
  guint finger_ = 0;  ///< that pressed, with a touch; others are passed over
};

/// The request in a custom event; nothing when it is none of ours.
std::optional<Request> read_custom_event(GstEvent* event);

}  // namespace siamtrack::tracker
