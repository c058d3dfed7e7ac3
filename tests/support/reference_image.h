// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <opencv2/imgproc.hpp>

#include "geometry/search_region.h"
#include "image/crop.h"
#include "siamtrack/frame_view.h"

/// The slow and obvious way to cut a patch: convert the whole frame, pad it, cv::resize.
namespace siamtrack::testing {

inline std::uint8_t sample(const Plane& plane, int byte, int row) {
  return plane.data[row * plane.stride + byte];
}

/// Y, U, V of one pixel, or blue, green, red.
inline std::array<std::uint8_t, 3> raw_pixel(const FrameView& f, int x, int y) {
  const auto& p = f.planes;
  const auto packed = [&](int step, int a, int b, int c) -> std::array<std::uint8_t, 3> {
    return {sample(p[0], x * step + a, y), sample(p[0], x * step + b, y),
            sample(p[0], x * step + c, y)};
  };
  const int pair = 4 * (x / 2);
  switch (f.format) {
    case PixelFormat::kNv12:
      return {sample(p[0], x, y), sample(p[1], x / 2 * 2, y / 2),
              sample(p[1], x / 2 * 2 + 1, y / 2)};
    case PixelFormat::kI420:
    case PixelFormat::kYv12:
      return {sample(p[0], x, y), sample(p[1], x / 2, y / 2), sample(p[2], x / 2, y / 2)};
    case PixelFormat::kYuy2:
      return {sample(p[0], 2 * x, y), sample(p[0], pair + 1, y), sample(p[0], pair + 3, y)};
    case PixelFormat::kUyvy:
      return {sample(p[0], 2 * x + 1, y), sample(p[0], pair, y), sample(p[0], pair + 2, y)};
    case PixelFormat::kGray8:
      return {sample(p[0], x, y), 128, 128};
    case PixelFormat::kRgb:
      return packed(3, 2, 1, 0);
    case PixelFormat::kBgr:
      return packed(3, 0, 1, 2);
    case PixelFormat::kRgbx:
    case PixelFormat::kRgba:
      return packed(4, 2, 1, 0);
    case PixelFormat::kBgrx:
    case PixelFormat::kBgra:
      return packed(4, 0, 1, 2);
    case PixelFormat::kXrgb:
    case PixelFormat::kArgb:
      return packed(4, 3, 2, 1);
    case PixelFormat::kXbgr:
    case PixelFormat::kAbgr:
      return packed(4, 1, 2, 3);
  }
  return {};
}

/// Luma weights of red and blue: BT.601-7 sec. 2.5.1, BT.709-6 item 3.2, BT.2020-2 table 4.
inline std::array<double, 2> red_blue_weights(ColourMatrix matrix) {
  if (matrix == ColourMatrix::kBt709) return {0.2126, 0.0722};
  if (matrix == ColourMatrix::kBt2020) return {0.2627, 0.0593};
  return {0.299, 0.114};
}

/// Blue, green, red of a Y, U, V triple, not rounded: the equations that define Y, U, V, inverted.
inline std::array<double, 3> exact_bgr(std::array<std::uint8_t, 3> yuv, ColourMatrix matrix,
                                       ColourRange range) {
  const auto [kr, kb] = red_blue_weights(matrix);
  const bool limited = range == ColourRange::kLimited;
  const double luma = limited ? (yuv[0] - 16) * 255.0 / 219 : yuv[0];
  const double chroma = limited ? 255.0 / 224 : 1;
  const double blue = luma + (yuv[1] - 128) * chroma * 2 * (1 - kb);
  const double red = luma + (yuv[2] - 128) * chroma * 2 * (1 - kr);
  return {blue, (luma - kr * red - kb * blue) / (1 - kr - kb), red};
}

inline cv::Vec3b reference_pixel(const FrameView& frame, int x, int y) {
  const auto raw = raw_pixel(frame, x, y);
  if (frame.format > PixelFormat::kGray8) return {raw[0], raw[1], raw[2]};
  const auto exact = exact_bgr(raw, frame.matrix, frame.range);
  cv::Vec3b pixel;
  for (int c = 0; c < 3; ++c) {
    pixel[c] = static_cast<std::uint8_t>(std::clamp(std::floor(exact[c] + 0.5), 0.0, 255.0));
  }
  return pixel;
}

/// The whole frame as an 8-bit BGR image.
inline cv::Mat reference_bgr(const FrameView& frame) {
  cv::Mat image(frame.size.height, frame.size.width, CV_8UC3);
  for (int y = 0; y < image.rows; ++y) {
    for (int x = 0; x < image.cols; ++x) image.at<cv::Vec3b>(y, x) = reference_pixel(frame, x, y);
  }
  return image;
}

/// `window` of a BGR image, the outside in the border colour, resized to side x side.
inline cv::Mat reference_crop(const cv::Mat& bgr, const SubWindow& window, const Colour& border,
                              int side) {
  const cv::Rect wanted(window.x, window.y, window.size, window.size);
  const cv::Rect inside = wanted & cv::Rect(0, 0, bgr.cols, bgr.rows);
  const cv::Scalar fill(std::floor(border[0]), std::floor(border[1]), std::floor(border[2]));
  cv::Mat padded(window.size, window.size, CV_8UC3, fill);
  if (!inside.empty()) {
    const int left = inside.x - wanted.x;
    const int top = inside.y - wanted.y;
    cv::copyMakeBorder(bgr(inside), padded, top, window.size - top - inside.height, left,
                       window.size - left - inside.width, cv::BORDER_CONSTANT, fill);
  }
  cv::Mat patch;
  cv::resize(padded, patch, cv::Size(side, side), 0, 0, cv::INTER_LINEAR);
  return patch;
}

}  // namespace siamtrack::testing
