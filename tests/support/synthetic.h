// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "siamtrack/frame_view.h"

namespace siamtrack::testing {

/// An owned BGR picture with a view on it.
struct Picture {
  Size size;
  std::vector<std::uint8_t> pixels;

  FrameView view() const {
    FrameView frame;
    frame.format = PixelFormat::kBgr;
    frame.size = size;
    frame.planes[0] = {pixels.data(), std::ptrdiff_t{3} * size.width};
    return frame;
  }
};

/// A smooth background.
inline Picture smooth_ground(Size size) {
  Picture picture{size, std::vector<std::uint8_t>(std::size_t{3} * size.width * size.height)};
  std::uint8_t* pixel = picture.pixels.data();
  for (int row = 0; row < size.height; ++row) {
    for (int column = 0; column < size.width; ++column) {
      for (int c = 0; c < 3; ++c) {
        const double ground = 100 + 20 * std::sin(0.02 * column + c) + 20 * std::cos(0.03 * row);
        *pixel++ = static_cast<std::uint8_t>(ground);
      }
    }
  }
  return picture;
}

/// Draws a sharply textured square of `side` px whose left-top corner is (x, y), as far as it is in
/// the picture.
inline void add_square(Picture& picture, int x, int y, int side) {
  const Size size = picture.size;
  for (int row = std::max(y, 0); row < std::min(y + side, size.height); ++row) {
    for (int column = std::max(x, 0); column < std::min(x + side, size.width); ++column) {
      std::uint8_t* pixel = picture.pixels.data() + 3 * (std::size_t(row) * size.width + column);
      for (int c = 0; c < 3; ++c) {
        const bool dark = (((column - x) / 6 + c) ^ ((row - y) / 9)) & 1;
        pixel[c] = static_cast<std::uint8_t>(dark ? 30 + 20 * c : 220 - 30 * c);
      }
    }
  }
}

/// Smooth background with one such square.
inline Picture textured_square(Size size, int x, int y, int side) {
  Picture picture = smooth_ground(size);
  add_square(picture, x, y, side);
  return picture;
}

}  // namespace siamtrack::testing
