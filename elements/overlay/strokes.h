// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <string>
#include <vector>

#include "../bridge/target_record.h"
#include "style.h"

namespace siamtrack::overlay {

/// Whole pixels of a frame.
struct Rect {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
  bool operator==(const Rect&) const = default;
};

/// The common part; zero width or height when there is none.
Rect intersection(const Rect& a, const Rect& b);

/// A filled rectangle of one colour.
struct Stroke {
  Rect rect;
  std::uint32_t colour = 0;  ///< 0xAARRGGBB, alpha not multiplied in
  bool operator==(const Stroke&) const = default;
};

/// What the strokes are drawn into.
struct Canvas {
  Size size;     ///< px
  int grid = 1;  ///< strokes start on multiples of it: the chroma subsampling, so that thin lines
                 ///< keep their colour
};

/// Line width in pixels that `style` gives for this frame size.
int line_width(const OverlayStyle& style, Size frame);

/// Text height in pixels that `style` gives for this frame size.
int font_size(const OverlayStyle& style, Size frame);

/// The colour of a target, 0xAARRGGBB with the style's alpha.
std::uint32_t target_colour(const bridge::TargetRecord& target, const OverlayStyle& style);

/// `colour`, 0xAARRGGBB, with its alpha multiplied by `alpha`, [0, 1].
std::uint32_t with_alpha(std::uint32_t colour, double alpha);

/// Whether the box has four finite numbers and an area.
bool drawable(const Box& box);

/// The outline of a target in strokes that do not overlap, clipped to the canvas.
/// Ensures  no stroke for a box with a number that is not finite, or without area
std::vector<Stroke> outline(const bridge::TargetRecord& target, const OverlayStyle& style,
                            const Canvas& canvas);

/// The trail as a line through the centres of the latest frames, fainter where it is older; ends
/// after some hundred pixels.
std::vector<Stroke> trail(const bridge::TargetRecord& target, const OverlayStyle& style,
                          const Canvas& canvas);

/// The text of a target's label; empty when nothing is to be told.
std::string label_text(const bridge::TargetRecord& target, unsigned parts);

/// Where a label of that size goes: above the box, else inside it, always in the frame.
/// Zero extent when the box lies outside the frame or the label does not fit into it.
Rect label_place(const Box& box, Size label, Size frame);

}  // namespace siamtrack::overlay
