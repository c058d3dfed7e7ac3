// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <pango/pango.h>

#include <cstdint>
#include <list>
#include <memory>
#include <string>

#include "picture.h"

namespace siamtrack::overlay {

struct ObjectUnref {
  void operator()(gpointer object) const { g_object_unref(object); }
};

/// Turns short texts into small pictures: text on a coloured plate, by Pango and Cairo.
/// The latest pictures are kept, so that a text that comes again costs a look-up.
class LabelPainter {
 public:
  LabelPainter();

  /// Makes room for the pictures of so many texts: those of one frame, each painted twice.
  void expect(std::size_t texts);

  /// @param colour    0xAARRGGBB of the plate; the text is black or white, whichever reads better
  /// @param height    of the font, px
  /// @return          valid until the next call
  const Picture& paint(const std::string& text, std::uint32_t colour, int height);

 private:
  struct Entry {
    std::string text;
    std::uint32_t colour;
    int height;
    Picture picture;
  };
  Picture draw(const std::string& text, std::uint32_t colour, int height);

  std::unique_ptr<PangoFontMap, ObjectUnref> fonts_;
  std::unique_ptr<PangoContext, ObjectUnref> context_;
  std::list<Entry> cache_;  // latest first
  std::size_t room_;        // in the cache
};

}  // namespace siamtrack::overlay
