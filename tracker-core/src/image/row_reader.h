// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstdint>
#include <span>

#include "image/pixel_kernels.h"
#include "image/pixel_layout.h"
#include "siamtrack/frame_view.h"

namespace siamtrack {

/// Reads parts of a frame's rows as 8-bit blue, green, red planes; chroma is repeated, not
/// interpolated.
class RowReader {
 public:
  /// Throws  Error(kUnsupportedInput) for frames not in host memory and as describe()
  explicit RowReader(const FrameView& frame);

  /// Pixels [x, x + count) of row y, all inside the frame.
  void read(int y, int x, int count, pixel_kernels::Planes<std::uint8_t> out) const;

  /// Pixels `columns` of row y, all inside the frame.
  void read(int y, std::span<const int> columns, pixel_kernels::Planes<std::uint8_t> out) const;

 private:
  PixelLayout layout_;
};

}  // namespace siamtrack
