// SPDX-License-Identifier: LGPL-2.1-or-later
#include "picture.h"

#include <gst/video/video.h>

#include <algorithm>

namespace siamtrack::overlay {
namespace {

constexpr double kChannelMax = 255;

/// Cairo multiplies alpha into the colours; blending into YUV needs them without.
std::uint32_t straight(std::uint32_t argb) {
  const std::uint32_t alpha = argb >> 24;
  if (alpha == 0) return 0;
  const auto divided = [alpha](std::uint32_t value) {
    return std::min<std::uint32_t>(255, ((value & 0xff) * 255 + alpha / 2) / alpha);
  };
  return alpha << 24 | divided(argb >> 16) << 16 | divided(argb >> 8) << 8 | divided(argb);
}

}  // namespace

Picture new_picture(Size size, const std::vector<std::uint32_t>& pixels) {
  GstBuffer* buffer = gst_buffer_new_memdup(pixels.data(), 4 * pixels.size());
  gst_buffer_add_video_meta(buffer, GST_VIDEO_FRAME_FLAG_NONE,
                            GST_VIDEO_OVERLAY_COMPOSITION_FORMAT_RGB, size.width, size.height);
  return {std::unique_ptr<GstBuffer, BufferUnref>(buffer), size};
}

Picture new_picture(Size size, const std::function<void(cairo_t*)>& paint) {
  std::vector<std::uint32_t> pixels(std::size_t(size.width) * size.height);
  cairo_surface_t* surface = cairo_image_surface_create_for_data(
      reinterpret_cast<unsigned char*>(pixels.data()), CAIRO_FORMAT_ARGB32, size.width, size.height,
      4 * size.width);
  cairo_t* cairo = cairo_create(surface);
  paint(cairo);
  cairo_destroy(cairo);
  cairo_surface_finish(surface);
  cairo_surface_destroy(surface);
  std::transform(pixels.begin(), pixels.end(), pixels.begin(), straight);
  return new_picture(size, pixels);
}

void set_colour(cairo_t* cairo, std::uint32_t colour) {
  const auto channel = [colour](int shift) { return (colour >> shift & 0xff) / kChannelMax; };
  cairo_set_source_rgba(cairo, channel(16), channel(8), channel(0), channel(24));
}

}  // namespace siamtrack::overlay
