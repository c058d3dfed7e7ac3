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

// A pixel read by itself costs about six times one read in a run (image_bench).
constexpr int kSparseFrom = 6;

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
      : axis_(make_axis(window.size, side)), sparse_(window.size > kSparseFrom * side) {
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

/// Keeps the rows that interpolation still needs, converted and interpolated along the row: one
/// even and one odd one.
class RowCache {
 public:
  RowCache(const FrameView& frame, const SubWindow& window, int side, const Colour& border,
           ChannelOrder order)
      : reader_(frame),
        window_(window),
        height_(frame.size.height),
        side_(side),
        columns_(window, frame.size.width, side),
        pixels_(static_cast<std::size_t>(columns_.length() + 1) * 3 + pixel_kernels::kOverread),
        blended_(static_cast<std::size_t>(values()) * kSlots) {
    const std::ptrdiff_t pitch = columns_.length() + 1;
    row_ = {pixels_.data(), pixels_.data() + pitch, pixels_.data() + 2 * pitch};
    ordered_ = {row_[0], row_[1], row_[2]};
    if (order == ChannelOrder::kRgb) std::swap(ordered_[0], ordered_[2]);
    const auto levels = pixel_math::truncated(border);
    for (std::size_t c = 0; c < levels.size(); ++c) {
      std::memset(row_[c], levels[c], static_cast<std::size_t>(pitch));
    }
    blend(kBorderSlot);
  }

  /// Numbers of one row.
  int values() const { return 3 * side_; }

  /// Window row `y`, interpolated to `side` pixels.
  const int* row(int y) {
    const int frame_y = window_.y + y;
    if (frame_y < 0 || frame_y >= height_) return slot(kBorderSlot);
    const int place = y % 2;
    if (held_[place] != y) {
      columns_.read(reader_, frame_y, row_);
      blend(place);
      held_[place] = y;
    }
    return slot(place);
  }

 private:
  static constexpr int kBorderSlot = 2;
  static constexpr int kSlots = 3;

  int* slot(int place) { return blended_.data() + static_cast<std::ptrdiff_t>(values()) * place; }
  void blend(int place) {
    for (int c = 0; c < 3; ++c) {
      pixel_kernels::blend_columns(ordered_[c], columns_.taps(), side_,
                                   slot(place) + std::ptrdiff_t{c} * side_);
    }
  }

  RowReader reader_;
  SubWindow window_;
  int height_;
  int side_;
  Columns columns_;
  std::vector<std::uint8_t> pixels_;
  Planes<std::uint8_t> row_{};            ///< what lies outside the frame keeps the border colour
  Planes<const std::uint8_t> ordered_{};  ///< its planes in the order of the output
  std::vector<int> blended_;
  int held_[2] = {-1, -1};
};

}  // namespace

void crop(const FrameView& frame, const SubWindow& window, const Colour& border, int side,
          ChannelOrder order, float* out) {
  RowCache rows(frame, window, side, border, order);
  for (int i = 0; i < side; ++i) {
    const auto [line, weight] = pixel_math::make_line_tap(i, window.size, side);
    const int* upper = rows.row(std::max(line, 0));
    const int* lower = rows.row(std::min(line + 1, window.size - 1));
    pixel_kernels::blend_rows(upper, lower, weight, side, out);
    out += rows.values();
  }
}

}  // namespace siamtrack
