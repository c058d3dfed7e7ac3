// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <vector>

#include "siamtrack/box.h"

namespace siamtrack::training {

/// How a training pair was made.
enum class PairKind {
  kTrack,      ///< one object in two frames of a clip
  kStill,      ///< one object in one picture, twice
  kRandomBox,  ///< no label: a random place with texture, in one picture twice
  kComposed,   ///< objects cut out by their masks, put over other pictures
  kNegative,   ///< the search patch shows another object; no target
};

/// Training pairs, as the network will see them: pixels 0..255 in BGR order, rows of pixels
/// (channels last), so permute({0, 3, 1, 2}) is a channels_last image without a copy.
struct Batch {
  at::Tensor exemplars;                     ///< uint8 [B, exemplar, exemplar, 3]
  at::Tensor searches;                      ///< uint8 [B, instance, instance, 3]
  std::vector<std::optional<Box>> targets;  ///< pixels of the search patch; none: a negative pair
  std::vector<std::optional<Box>> distractors;  ///< what a negative pair's search patch shows
  std::vector<PairKind> kinds;
  at::Tensor masks;  ///< uint8 [B, instance, instance], 255 on the target; undefined: none
  std::vector<bool> outlined;  ///< whose mask is known, where there are masks
};

}  // namespace siamtrack::training
