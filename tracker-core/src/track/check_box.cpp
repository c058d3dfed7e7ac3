// SPDX-License-Identifier: LGPL-2.1-or-later
#include <cmath>

#include "siamtrack/track.h"

namespace siamtrack {
namespace {

/// Fewer pixels than this in either direction show nothing that could be recognised again.
constexpr double kSmallestSidePx = 4;

}  // namespace

std::string check_box(const Box& box, Size frame) {
  const bool finite = std::isfinite(box.x) && std::isfinite(box.y) && std::isfinite(box.width) &&
                      std::isfinite(box.height);
  if (!finite) return "not-a-number";
  if (box.width <= 0 || box.height <= 0) return "zero";
  if (box.width < kSmallestSidePx || box.height < kSmallestSidePx) return "too-small";
  if (frame.width < kSmallestSidePx || frame.height < kSmallestSidePx) return "too-small";
  const Box whole{0, 0, static_cast<double>(frame.width), static_cast<double>(frame.height)};
  const Box visible = intersection(box, whole);
  if (visible.width < kSmallestSidePx || visible.height < kSmallestSidePx) return "outside-frame";
  return "";
}

}  // namespace siamtrack
