// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cairo.h>
#include <gst/gst.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "siamtrack/box.h"

namespace siamtrack::overlay {

struct BufferUnref {
  void operator()(GstBuffer* buffer) const { gst_buffer_unref(buffer); }
};

/// Pixels in GST_VIDEO_OVERLAY_COMPOSITION_FORMAT_RGB: 0xAARRGGBB, alpha not multiplied in.
struct Picture {
  std::unique_ptr<GstBuffer, BufferUnref> pixels;
  Size size;
};

/// A picture of those pixels. Requires  both sides >= 1; pixels.size() = width * height
Picture new_picture(Size size, const std::vector<std::uint32_t>& pixels);

/// What `paint` draws with Cairo on a transparent ground. Requires  both sides >= 1
Picture new_picture(Size size, const std::function<void(cairo_t*)>& paint);

/// Makes `colour`, 0xAARRGGBB, what Cairo draws with.
void set_colour(cairo_t* cairo, std::uint32_t colour);

}  // namespace siamtrack::overlay
