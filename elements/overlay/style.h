// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstdint>

namespace siamtrack::overlay {

enum class Shape {
  kBox,        ///< four edges; the polygon of a target that has one
  kCorners,    ///< eight short strokes at the corners
  kCrosshair,  ///< a cross in the centre
};

enum class ColourBy {
  kState,  ///< green tracking, amber uncertain, red lost
  kId,     ///< one colour per target
  kFixed,  ///< OverlayStyle::colour
};

/// What a label tells; flags.
enum LabelPart : unsigned {
  kLabelId = 1 << 0,
  kLabelName = 1 << 1,
  kLabelScore = 1 << 2,
  kLabelState = 1 << 3,
};

/// How targets are drawn.
struct OverlayStyle {
  Shape shape = Shape::kBox;
  ColourBy colour_by = ColourBy::kState;
  std::uint32_t colour = 0xff00ff00;  ///< 0xAARRGGBB, for kFixed
  unsigned line_width = 0;            ///< px; 0 = by frame height
  unsigned font_size = 0;             ///< px of text height; 0 = by frame height
  unsigned labels = kLabelId | kLabelName | kLabelScore | kLabelState;
  bool trail = true;
  bool mask = true;
  double alpha = 1.0;  ///< multiplies every colour's alpha, [0, 1]
  bool draw_lost = true;
};

}  // namespace siamtrack::overlay
