// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gst/gst.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include "gst_support.h"
#include "siamtrack/box.h"
#include "synthetic.h"

/// Videos in which it is known where the targets are.
namespace siamtrack::testing {

/// The ball of videotestsrc's pattern "ball" in frame `number`, from 0.
inline Box ball(Size frame, int number) {
  constexpr double kRadius = 20;
  const auto middle = [&](double range, double speed) {
    const double swing = 0.5 + 0.5 * std::sin(speed * 2 * std::numbers::pi * number / 200);
    return kRadius + swing * (range - 2 * kRadius);
  };
  return Box::from_centre(middle(frame.width, 1), middle(frame.height, std::numbers::sqrt2),
                          2 * kRadius, 2 * kRadius);
}

/// Textured squares that each move on a straight line.
struct MovingSquares {
  struct Square {
    int x, y, side;  ///< in frame 0
    int dx, dy;      ///< per frame
  };
  Size size;
  std::vector<Square> squares;

  Box place(std::size_t index, int frame) const {
    const Square& s = squares.at(index);
    const auto moved = [&](int from, int by) { return static_cast<double>(from + frame * by); };
    return {moved(s.x, s.dx), moved(s.y, s.dy), double(s.side), double(s.side)};
  }

  /// Bytes of a frame as GstVideoInfo lays out BGR: rows begin at multiples of four bytes.
  std::vector<guint8> bgr(int frame) const {
    Picture picture = smooth_ground(size);
    for (const Square& s : squares) {
      add_square(picture, s.x + frame * s.dx, s.y + frame * s.dy, s.side);
    }
    const std::size_t row = std::size_t{3} * static_cast<std::size_t>(size.width);
    const std::size_t stride = (row + 3) / 4 * 4;
    std::vector<guint8> bytes(stride * static_cast<std::size_t>(size.height));
    for (std::size_t y = 0; y < static_cast<std::size_t>(size.height); ++y) {
      std::copy_n(&picture.pixels[y * row], row, &bytes[y * stride]);
    }
    return bytes;
  }

  std::string caps(const std::string& format = "BGR") const {
    return "video/x-raw,framerate=30/1,format=" + format + ",width=" + std::to_string(size.width) +
           ",height=" + std::to_string(size.height);
  }
};

/// Requires that every target, in the order of ids, is where its square is.
inline void expect_followed(const Seen& seen, const MovingSquares& video, int frame,
                            double overlap) {
  ASSERT_EQ(seen.targets.size(), video.squares.size()) << "frame " << frame;
  for (std::size_t i = 0; i < seen.targets.size(); ++i) {
    EXPECT_GT(iou(seen.targets[i].box, video.place(i, frame)), overlap)
        << "target " << i << " in frame " << frame;
  }
}

}  // namespace siamtrack::testing
