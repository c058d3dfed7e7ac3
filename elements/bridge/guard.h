// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gst/gst.h>

#include <type_traits>

#include "siamtrack/error.h"

namespace siamtrack::bridge {

/// Turns the exception that is being handled into an error or warning message. Only for what
/// follows in this header.
void post_current_exception(GstElement* element, GstMessageType type) noexcept;

/// Runs `function` and returns its result; when it throws, posts an error message on the element's
/// bus and returns `failure`. With guarded_warning(), the border between exceptions and GStreamer
/// and the only try/catch of the elements. Never call it with a lock held: posting takes the object
/// lock.
template <typename Result, typename Function>
Result guarded(GstElement* element, Result failure, Function&& function) noexcept {
  try {
    return function();
  } catch (...) {
    post_current_exception(element, GST_MESSAGE_ERROR);
    return failure;
  }
}

/// Runs `function`; when it throws, posts a warning and the element goes on as before.
template <typename Function>
void guarded_warning(GstElement* element, Function&& function) noexcept {
  try {
    function();
  } catch (...) {
    post_current_exception(element, GST_MESSAGE_WARNING);
  }
}

/// Posts a warning of that code and text.
void post_warning(GstElement* element, const Error& error);

}  // namespace siamtrack::bridge
