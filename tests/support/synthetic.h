// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

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

/// Smooth background with a sharply textured square of `side` px whose left-top corner is (x, y).
inline Picture textured_square(Size size, int x, int y, int side) {
  Picture picture{size, std::vector<std::uint8_t>(std::size_t{3} * size.width * size.height)};
  for (int row = 0; row < size.height; ++row) {
    for (int column = 0; column < size.width; ++column) {
      std::uint8_t* pixel = picture.pixels.data() + 3 * (std::size_t(row) * size.width + column);
      const int u = column - x;
      const int v = row - y;
      const bool inside = u >= 0 && v >= 0 && u < side && v < side;
      for (int c = 0; c < 3; ++c) {
        const double ground = 100 + 20 * std::sin(0.02 * column + c) + 20 * std::cos(0.03 * row);
        const bool dark = ((u / 6 + c) ^ (v / 9)) & 1;
        pixel[c] = static_cast<std::uint8_t>(inside ? (dark ? 30 + 20 * c : 220 - 30 * c) : ground);
      }
    }
  }
  return picture;
}

}  // namespace siamtrack::testing
