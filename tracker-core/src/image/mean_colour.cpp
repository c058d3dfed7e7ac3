// SPDX-License-Identifier: LGPL-2.1-or-later
#include <cstddef>
#include <vector>

#include "image/crop.h"
#include "image/pixel_math.h"
#include "image/row_reader.h"

namespace siamtrack {

Colour mean_colour(const FrameView& frame) {
  const RowReader reader(frame);
  const auto width = static_cast<std::size_t>(frame.size.width);
  std::vector<std::uint8_t> row(3 * width);
  const pixel_kernels::Planes<std::uint8_t> planes = {row.data(), row.data() + width,
                                                      row.data() + 2 * width};
  std::uint64_t sums[3] = {};
  for (int y = 0; y < frame.size.height; ++y) {
    reader.read(y, 0, frame.size.width, planes);
    for (std::size_t c = 0; c < 3; ++c) sums[c] += pixel_kernels::sum(planes[c], frame.size.width);
  }
  return pixel_math::mean(sums, frame.size);
}

}  // namespace siamtrack
