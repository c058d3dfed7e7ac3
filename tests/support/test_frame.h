// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <vector>

#include "siamtrack/frame_view.h"

namespace siamtrack::testing {

inline constexpr std::array kAllFormats = {
    PixelFormat::kNv12, PixelFormat::kI420,  PixelFormat::kYv12, PixelFormat::kYuy2,
    PixelFormat::kUyvy, PixelFormat::kGray8, PixelFormat::kRgb,  PixelFormat::kBgr,
    PixelFormat::kRgbx, PixelFormat::kBgrx,  PixelFormat::kXrgb, PixelFormat::kXbgr,
    PixelFormat::kRgba, PixelFormat::kBgra,  PixelFormat::kArgb, PixelFormat::kAbgr};

/// Bytes of one row and number of rows of a plane of `format`; 0 rows: no such plane.
struct PlaneExtent {
  int row_bytes = 0;
  int rows = 0;
};

inline PlaneExtent plane_extent(PixelFormat format, Size size, int plane) {
  const int half_width = (size.width + 1) / 2;
  const int half_height = (size.height + 1) / 2;
  switch (format) {
    case PixelFormat::kNv12:
      if (plane == 1) return {2 * half_width, half_height};
      break;
    case PixelFormat::kI420:
    case PixelFormat::kYv12:
      if (plane > 0) return {half_width, half_height};
      break;
    case PixelFormat::kYuy2:
    case PixelFormat::kUyvy:
      return {4 * half_width, plane == 0 ? size.height : 0};
    case PixelFormat::kGray8:
      break;
    case PixelFormat::kRgb:
    case PixelFormat::kBgr:
      return {3 * size.width, plane == 0 ? size.height : 0};
    default:
      return {4 * size.width, plane == 0 ? size.height : 0};
  }
  return {size.width, plane == 0 ? size.height : 0};
}

/// A frame of random bytes that owns its planes. Each plane is a buffer of its own, of exactly the
/// bytes the format needs (the last row without padding), so that a sanitizer sees any access
/// outside.
class TestFrame {
 public:
  TestFrame(PixelFormat format, Size size, int row_padding = 0, unsigned seed = 1) {
    view_.format = format;
    view_.size = size;
    std::minstd_rand random(seed);
    std::uniform_int_distribution<int> byte(0, 255);
    for (std::size_t i = 0; i < planes_.size(); ++i) {
      const PlaneExtent extent = plane_extent(format, size, static_cast<int>(i));
      if (extent.rows == 0) continue;
      const int stride = extent.row_bytes + row_padding;
      planes_[i].resize(static_cast<std::size_t>(stride * (extent.rows - 1) + extent.row_bytes));
      for (auto& value : planes_[i]) value = static_cast<std::uint8_t>(byte(random));
      view_.planes[i] = {planes_[i].data(), stride};
    }
  }

  TestFrame(const TestFrame&) = delete;
  TestFrame& operator=(const TestFrame&) = delete;

  FrameView& view() { return view_; }
  std::vector<std::uint8_t>& plane(std::size_t index) { return planes_[index]; }

 private:
  FrameView view_;
  std::array<std::vector<std::uint8_t>, 3> planes_;
};

}  // namespace siamtrack::testing
