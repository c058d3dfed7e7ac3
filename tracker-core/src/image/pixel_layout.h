// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "siamtrack/frame_view.h"

namespace siamtrack {

/// Where one colour component of a frame lies: that of pixel (x, y) is the byte
/// data[(y >> shift_y) * stride + (x >> shift_x) * step].
struct Component {
  const std::uint8_t* data = nullptr;  ///< null: absent (the chroma of a grey frame)
  std::ptrdiff_t stride = 0;           ///< bytes between rows of the plane
  int step = 1;                        ///< bytes between samples of a row
  int shift_x = 0;                     ///< log2 of the horizontal subsampling
  int shift_y = 0;                     ///< log2 of the vertical subsampling
};

/// The integer equation from Y, U, V to blue, green, red, in units of 2^-kColourBits:
/// blue = y_scale (Y - y_offset) + blue_u (U - 128), and so on.
struct ColourEquation {
  int y_offset = 0;
  int y_scale = 0;
  int blue_u = 0;
  int green_u = 0;
  int green_v = 0;
  int red_v = 0;
};

/// Fraction bits of ColourEquation: the most with which a sum of three products fits 32 bits.
inline constexpr int kColourBits = 20;
/// Value of U and V without colour.
inline constexpr int kNeutralChroma = 128;

/// A frame's pixel format as data: the same three loops read all of them.
struct PixelLayout {
  bool yuv = false;  ///< components are Y, U, V; else blue, green, red
  std::array<Component, 3> components{};
  ColourEquation equation{};  ///< when yuv
};

/// The layout of `frame`; chroma of odd sizes is rounded up as in GStreamer. A grey frame is Y
/// alone, in the frame's range. Throws  Error(kUnsupportedInput) for an empty frame, a missing
/// plane or a stride below the row
PixelLayout describe(const FrameView& frame);

/// The equation of a matrix and range (ITU-R BT.601-7, BT.709-6, BT.2020-2; BT.2100 for full).
ColourEquation colour_equation(ColourMatrix matrix, ColourRange range);

}  // namespace siamtrack
