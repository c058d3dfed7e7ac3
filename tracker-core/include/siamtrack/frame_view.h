// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "siamtrack/box.h"

namespace siamtrack {

/// 8-bit pixel layouts; byte order in memory as in GStreamer's formats of the same name.
enum class PixelFormat {
  kNv12,  ///< planes: Y, interleaved UV at half size
  kI420,  ///< planes: Y, U, V at half size
  kYv12,  ///< planes: Y, U, V (in this order here, whatever their order in memory)
  kYuy2,  ///< Y0 U Y1 V
  kUyvy,  ///< U Y0 V Y1
  kGray8,
  kRgb,
  kBgr,
  kRgbx,
  kBgrx,
  kXrgb,
  kXbgr,
  kRgba,
  kBgra,
  kArgb,
  kAbgr,
};

/// Which luma / chroma equation a YUV stream uses.
enum class ColourMatrix { kBt601, kBt709, kBt2020 };

/// kLimited: luma 16..235; kFull: 0..255.
enum class ColourRange { kLimited, kFull };

enum class MemoryKind { kHost, kCuda };

/// First byte of a plane and the distance between its rows, in bytes (may exceed the row).
struct Plane {
  const std::uint8_t* data = nullptr;
  std::ptrdiff_t stride = 0;
};

/// A video frame that somebody else owns. Borrowed for the duration of one call.
struct FrameView {
  PixelFormat format = PixelFormat::kBgr;
  Size size;
  std::array<Plane, 3> planes{};
  ColourMatrix matrix = ColourMatrix::kBt601;
  ColourRange range = ColourRange::kLimited;
  MemoryKind memory = MemoryKind::kHost;
  int device = 0;          ///< CUDA ordinal when memory is kCuda
  void* stream = nullptr;  ///< CUstream that wrote the pixels; null = already complete
};

}  // namespace siamtrack
