// SPDX-License-Identifier: LGPL-2.1-or-later
#include "image/crop.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "image/pixel_kernels.h"
#include "image/pixel_math.h"
#include "image/row_reader.h"

namespace siamtrack {
namespace {

using pixel_kernels::Planes;

/// pixel_math::make_tap() of every output coordinate along one axis of the window.
struct Axis {
  std::vector<int> index;
  std::vector<int> weight;
};

Axis make_axis(int window, int side) {
  Axis axis;
  for (int i = 0; i < side; ++i) {
    const auto [index, weight] = pixel_math::make_tap(i, window, side);
    axis.index.push_back(index);
    axis.weight.push_back(weight);
  }
  return axis;
}

/// The window pixels that one row buffer holds: all of them in order, or, when the window is so
/// much larger than the output that most are never looked at, only each output pixel's two.
class Columns {
 public:
  Columns(const SubWindow& window, int frame_width, int side)
      : axis_(make_axis(window.size, side)), sparse_(window.size > 2 * side) {
    if (sparse_) {
      gather(window, frame_width);
    } else {
      first_ = std::clamp(-window.x, 0, window.size);
      last_ = std::clamp(frame_width - window.x, first_, window.size);
      frame_x_ = window.x + first_;
      length_ = window.size;
    }
  }

  int length() const { return length_; }
  pixel_kernels::Taps taps() const { return {axis_.index.data(), axis_.weight.data()}; }

  /// Fills what lies inside the frame; the rest keeps the border colour.
  void read(const RowReader& reader, int y, Planes<std::uint8_t> row) const {
    if (first_ == last_) return;
    for (auto& plane : row) plane += first_;
    if (sparse_) {
      reader.read(y, pixels_, row);
    } else {
      reader.read(y, frame_x_, last_ - first_, row);
    }
  }

 private:
  // Output pixel i looks at entries 2 i and 2 i + 1.
  void gather(const SubWindow& window, int frame_width) {
    for (int& index : axis_.index) {
      const int left = window.x + index;
      index = length_;
      append(left, frame_width);
      append(std::min(left + 1, window.x + window.size - 1), frame_width);
    }
  }

  // The columns rise, so those inside the frame are one run of entries.
  void append(int frame_x, int frame_width) {
    if (frame_x >= 0 && frame_x < frame_width) {
      if (pixels_.empty()) first_ = length_;
      pixels_.push_back(frame_x);
      last_ = length_ + 1;
    }
    ++length_;
  }

  Axis axis_;
  bool sparse_;
  int length_ = 0;  ///< entries of a row buffer
  int first_ = 0;   ///< entries [first_, last_) lie inside the frame
  int last_ = 0;
  int frame_x_ = 0;          ///< frame column of entry first_
  std::vector<int> pixels_;  ///< frame columns of the entries inside, when sparse
};

/// Keeps the converted rows that interpolation still needs: one even and one odd one.
class RowCache {
 public:
  RowCache(const FrameView& frame, const SubWindow& window, int side, const Colour& border)
      : reader_(frame),
        window_(window),
        height_(frame.size.height),
        columns_(window, frame.size.width, side),
        pitch_(columns_.length() + 1),
        pixels_(static_cast<std::size_t>(pitch_) * 3 * kSlots) {
    const auto levels = pixel_math::truncated(border);
    for (int slot = 0; slot < kSlots; ++slot) {
      for (std::size_t c = 0; c < levels.size(); ++c) {
        std::memset(planes(slot)[c], levels[c], static_cast<std::size_t>(pitch_));
      }
    }
  }

  const Columns& columns() const { return columns_; }
  int plane_pitch() const { return pitch_; }

  /// First plane of a window row; the other two follow at plane_pitch().
  const std::uint8_t* row(int y) {
    const int frame_y = window_.y + y;
    if (frame_y < 0 || frame_y >= height_) return planes(kBorderSlot)[0];
    const int slot = y % 2;
    if (held_[slot] != y) {
      columns_.read(reader_, frame_y, planes(slot));
      held_[slot] = y;
    }
    return planes(slot)[0];
  }

 private:
  static constexpr int kBorderSlot = 2;
  static constexpr int kSlots = 3;

  Planes<std::uint8_t> planes(int slot) {
    std::uint8_t* first = pixels_.data() + static_cast<std::ptrdiff_t>(pitch_) * 3 * slot;
    return {first, first + pitch_, first + 2 * pitch_};
  }

  RowReader reader_;
  SubWindow window_;
  int height_;
  Columns columns_;
  int pitch_;
  std::vector<std::uint8_t> pixels_;
  int held_[2] = {-1, -1};
};

}  // namespace

void crop(const FrameView& frame, const SubWindow& window, const Colour& border, int side,
          ChannelOrder order, float* out) {
  RowCache rows(frame, window, side, border);
  const Axis lines = make_axis(window.size, side);
  const int pitch = rows.plane_pitch();
  std::vector<int> blended(static_cast<std::size_t>(pitch) * 3);
  Planes<const int> planes = {blended.data(), blended.data() + pitch, blended.data() + 2 * pitch};
  if (order == ChannelOrder::kRgb) std::swap(planes[0], planes[2]);
  for (std::size_t i = 0; i < lines.index.size(); ++i) {
    const int upper = lines.index[i];
    const int lower = std::min(upper + 1, window.size - 1);
    pixel_kernels::blend_rows(rows.row(upper), rows.row(lower), lines.weight[i],
                              static_cast<int>(blended.size()), blended.data());
    pixel_kernels::blend_columns(planes, rows.columns().taps(), side,
                                 out + i * 3 * static_cast<std::size_t>(side));
  }
}

}  // namespace siamtrack
