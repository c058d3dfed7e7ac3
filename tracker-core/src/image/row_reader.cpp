// SPDX-License-Identifier: LGPL-2.1-or-later
#include "image/row_reader.h"

#include <cstring>

#include "siamtrack/error.h"

namespace siamtrack {
namespace {

using pixel_kernels::Planes;

const std::uint8_t* row_of(const Component& part, int y) {
  return part.data + static_cast<std::ptrdiff_t>(y >> part.shift_y) * part.stride;
}

// read_part(component, its row, plane) fills one plane.
template <typename ReadPart>
void read_row(const PixelLayout& layout, int y, int count, Planes<std::uint8_t> out,
              ReadPart read_part) {
  for (std::size_t i = 0; i < out.size(); ++i) {
    const Component& part = layout.components[i];
    if (part.data == nullptr) {
      std::memset(out[i], kNeutralChroma, static_cast<std::size_t>(count));
    } else {
      read_part(part, row_of(part, y), out[i]);
    }
  }
  if (layout.yuv) pixel_kernels::yuv_to_bgr(layout.equation, count, out);
}

}  // namespace

RowReader::RowReader(const FrameView& frame) : layout_(describe(frame)) {
  if (frame.memory != MemoryKind::kHost) {
    throw Error(ErrorCode::kUnsupportedInput, "frame memory, expected host, got CUDA");
  }
}

void RowReader::read(int y, int x, int count, Planes<std::uint8_t> out) const {
  read_row(layout_, y, count, out,
           [=](const Component& part, const std::uint8_t* row, std::uint8_t* plane) {
             pixel_kernels::read_span(part, row, x, count, plane);
           });
}

void RowReader::read(int y, std::span<const int> columns, Planes<std::uint8_t> out) const {
  read_row(layout_, y, static_cast<int>(columns.size()), out,
           [=](const Component& part, const std::uint8_t* row, std::uint8_t* plane) {
             pixel_kernels::read_columns(part, row, columns, plane);
           });
}

}  // namespace siamtrack
