// SPDX-License-Identifier: LGPL-2.1-or-later
#include "label_painter.h"

#include <gst/video/video.h>
#include <pango/pangocairo.h>

#include <algorithm>
#include <vector>

namespace siamtrack::overlay {
namespace {

constexpr std::size_t kCacheSize = 64;  // pictures; about 20 kB each
constexpr int kMaxLabelWidth = 1024;    // px; a longer text is ended with dots
constexpr std::uint32_t kBlack = 0xff000000;
constexpr std::uint32_t kWhite = 0xffffffff;
constexpr double kChannelMax = 255;

struct Channels {
  std::uint32_t alpha, red, green, blue;
};

Channels channels(std::uint32_t argb) {
  return {argb >> 24, argb >> 16 & 0xff, argb >> 8 & 0xff, argb & 0xff};
}

/// Black on light plates, white on dark ones (luma weights of BT.601).
std::uint32_t text_colour(std::uint32_t plate) {
  const Channels c = channels(plate);
  return 299 * c.red + 587 * c.green + 114 * c.blue > 128 * 1000 ? kBlack : kWhite;
}

void set_source(cairo_t* cairo, std::uint32_t argb, std::uint32_t alpha) {
  const Channels c = channels(argb);
  cairo_set_source_rgba(cairo, c.red / kChannelMax, c.green / kChannelMax, c.blue / kChannelMax,
                        alpha / kChannelMax);
}

/// Cairo multiplies alpha into the colours; blending into YUV needs them without.
std::uint32_t straight(std::uint32_t argb) {
  const Channels c = channels(argb);
  if (c.alpha == 0) return 0;
  const auto divided = [&c](std::uint32_t value) {
    return std::min<std::uint32_t>(255, (value * 255 + c.alpha / 2) / c.alpha);
  };
  return c.alpha << 24 | divided(c.red) << 16 | divided(c.green) << 8 | divided(c.blue);
}

void draw_on(std::vector<std::uint32_t>& pixels, Size size, PangoLayout* layout,
             std::uint32_t colour, int padding) {
  cairo_surface_t* surface = cairo_image_surface_create_for_data(
      reinterpret_cast<unsigned char*>(pixels.data()), CAIRO_FORMAT_ARGB32, size.width, size.height,
      4 * size.width);
  cairo_t* cairo = cairo_create(surface);
  const std::uint32_t alpha = channels(colour).alpha;
  set_source(cairo, colour, alpha);
  cairo_set_operator(cairo, CAIRO_OPERATOR_SOURCE);
  cairo_paint(cairo);
  cairo_set_operator(cairo, CAIRO_OPERATOR_OVER);
  set_source(cairo, text_colour(colour), alpha);
  cairo_move_to(cairo, padding, 0);
  pango_cairo_show_layout(cairo, layout);
  cairo_destroy(cairo);
  cairo_surface_finish(surface);
  cairo_surface_destroy(surface);
}

}  // namespace

Picture new_picture(Size size) {
  const std::size_t bytes = std::size_t{4} * size.width * size.height;
  GstBuffer* buffer = gst_buffer_new_allocate(nullptr, bytes, nullptr);
  gst_buffer_add_video_meta(buffer, GST_VIDEO_FRAME_FLAG_NONE,
                            GST_VIDEO_OVERLAY_COMPOSITION_FORMAT_RGB, size.width, size.height);
  return {std::unique_ptr<GstBuffer, BufferUnref>(buffer), size};
}

LabelPainter::LabelPainter()
    : fonts_(pango_cairo_font_map_new()), context_(pango_font_map_create_context(fonts_.get())) {}

const Picture& LabelPainter::paint(const std::string& text, std::uint32_t colour, int height) {
  const auto found = std::find_if(cache_.begin(), cache_.end(), [&](const Entry& entry) {
    return entry.height == height && entry.colour == colour && entry.text == text;
  });
  if (found != cache_.end()) {
    cache_.splice(cache_.begin(), cache_, found);
    return cache_.front().picture;
  }
  cache_.push_front({text, colour, height, draw(text, colour, height)});
  if (cache_.size() > kCacheSize) cache_.pop_back();
  return cache_.front().picture;
}

Picture LabelPainter::draw(const std::string& text, std::uint32_t colour, int height) {
  const std::unique_ptr<PangoLayout, ObjectUnref> layout(pango_layout_new(context_.get()));
  PangoFontDescription* font = pango_font_description_from_string("Sans Bold");
  pango_font_description_set_absolute_size(font, height * PANGO_SCALE);
  pango_layout_set_font_description(layout.get(), font);
  pango_font_description_free(font);
  pango_layout_set_single_paragraph_mode(layout.get(), TRUE);
  gchar* valid = g_utf8_make_valid(text.data(), static_cast<gssize>(text.size()));
  pango_layout_set_text(layout.get(), valid, -1);
  g_free(valid);
  pango_layout_set_width(layout.get(), kMaxLabelWidth * PANGO_SCALE);
  pango_layout_set_ellipsize(layout.get(), PANGO_ELLIPSIZE_END);

  const int padding = std::max(2, height / 4);
  Size size;
  pango_layout_get_pixel_size(layout.get(), &size.width, &size.height);
  size = {size.width + 2 * padding, std::max(1, size.height)};
  std::vector<std::uint32_t> pixels(std::size_t(size.width) * size.height);
  draw_on(pixels, size, layout.get(), colour, padding);
  std::transform(pixels.begin(), pixels.end(), pixels.begin(), straight);
  Picture picture = new_picture(size);
  gst_buffer_fill(picture.pixels.get(), 0, pixels.data(), 4 * pixels.size());
  return picture;
}

}  // namespace siamtrack::overlay
