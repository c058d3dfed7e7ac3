// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <string>

#include "nn/heads/nanotrack.h"

namespace siamtrack::nn {

int nanotrack_version(const std::string& name, ErrorCode code) {
  for (const int known : {1, 2, 3}) {
    if (name == "v" + std::to_string(known)) return known;
  }
  throw Error(code, "version of nanotrack: expected v1, v2 or v3, found " + name);
}

double nanotrack_width(double width, ErrorCode code) {
  constexpr double kLeast = 0.25, kLargest = 4;
  if (width >= kLeast && width <= kLargest) return width;
  throw Error(
      code, "width of nanotrack: expected a number from 0.25 to 4, found " + std::to_string(width));
}

int nanotrack_template_side(int exemplar_size, ErrorCode code) {
  constexpr int kStride = 16;  // exemplar px per cell
  constexpr int kLeast = 4;    // the head cuts the centre 4x4 out
  const int side = (exemplar_size + 1) / kStride;
  if (side % 2 != 0 || side < kLeast) {
    throw Error(code, "exemplar_size of nanotrack: expected 63, 95, 127, ...; found " +
                          std::to_string(exemplar_size));
  }
  return side;
}

std::int64_t nanotrack_centre_side(std::int64_t template_side) {
  constexpr std::int64_t kLeast = 4;
  return std::max(kLeast, (template_side + 2) / 4 * 2);
}

}  // namespace siamtrack::nn
