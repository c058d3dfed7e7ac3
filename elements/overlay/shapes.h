// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <optional>
#include <vector>

#include "../bridge/target_record.h"
#include "picture.h"
#include "strokes.h"

namespace siamtrack::overlay {

/// A target's mask as a veil of its colour.
struct Veil {
  bridge::TargetMask mask;
  std::uint32_t colour = 0;  ///< 0xAARRGGBB
  Rect place;                ///< the part of the frame that is drawn on, not empty
  bool operator==(const Veil&) const = default;
};

/// A target's polygon as a closed line.
struct Ring {
  std::vector<bridge::Point> corners;  ///< frame px
  std::uint32_t colour = 0;            ///< 0xAARRGGBB
  int line = 0;                        ///< px
  Rect place;                          ///< the part of the frame that is drawn on, not empty
  bool operator==(const Ring&) const = default;
};

/// None when the target has no mask in the frame.
std::optional<Veil> veil(const bridge::TargetRecord& target, const OverlayStyle& style,
                         const Canvas& canvas);

/// Whether the target is outlined by its polygon: the style is kBox, and the polygon has three
/// corners or more, all finite.
bool has_ring(const bridge::TargetRecord& target, const OverlayStyle& style);

/// None when the polygon lies outside the frame. Requires  has_ring()
std::optional<Ring> ring(const bridge::TargetRecord& target, const OverlayStyle& style,
                         const Canvas& canvas);

/// What belongs at `place`, pixel by pixel of the frame.
Picture draw(const Veil& veil);
Picture draw(const Ring& ring);

}  // namespace siamtrack::overlay
