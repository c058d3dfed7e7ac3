// SPDX-License-Identifier: LGPL-2.1-or-later
#include "label_painter.h"

#include <pango/pangocairo.h>

#include <algorithm>

namespace siamtrack::overlay {
namespace {

constexpr std::size_t kLeastRoom = 64;  // pictures; about 20 kB each
constexpr int kMaxLabelWidth = 1024;    // px; a longer text is ended with dots
constexpr std::uint32_t kBlack = 0xff000000;
constexpr std::uint32_t kWhite = 0xffffffff;

/// Black on light plates, white on dark ones (luma weights of BT.601).
std::uint32_t text_colour(std::uint32_t plate) {
  const std::uint32_t red = plate >> 16 & 0xff, green = plate >> 8 & 0xff, blue = plate & 0xff;
  return 299 * red + 587 * green + 114 * blue > 128 * 1000 ? kBlack : kWhite;
}

void draw_on(cairo_t* cairo, PangoLayout* layout, std::uint32_t colour, int padding) {
  set_colour(cairo, colour);
  cairo_paint(cairo);
  set_colour(cairo, (text_colour(colour) & 0x00ffffff) | (colour & 0xff000000));
  cairo_move_to(cairo, padding, 0);
  pango_cairo_show_layout(cairo, layout);
}

}  // namespace

LabelPainter::LabelPainter()
    : fonts_(pango_cairo_font_map_new()),
      context_(pango_font_map_create_context(fonts_.get())),
      room_(kLeastRoom) {}

void LabelPainter::expect(std::size_t texts) { room_ = std::max(kLeastRoom, texts); }

const Picture& LabelPainter::paint(const std::string& text, std::uint32_t colour, int height) {
  const auto found = std::find_if(cache_.begin(), cache_.end(), [&](const Entry& entry) {
    return entry.height == height && entry.colour == colour && entry.text == text;
  });
  if (found != cache_.end()) {
    cache_.splice(cache_.begin(), cache_, found);
    return cache_.front().picture;
  }
  cache_.push_front({text, colour, height, draw(text, colour, height)});
  while (cache_.size() > room_) cache_.pop_back();
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
  return new_picture(size, [&](cairo_t* cairo) { draw_on(cairo, layout.get(), colour, padding); });
}

}  // namespace siamtrack::overlay
