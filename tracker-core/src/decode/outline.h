// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <optional>
#include <vector>

#include "geometry/search_region.h"
#include "siamtrack/box.h"
#include "siamtrack/result.h"

/// From the map of an outline network (nn/heads/outline.h) to the frame. Pure.
namespace siamtrack {

/// What is seen of a target.
struct Outline {
  Mask mask;
  Box box;  ///< its edges, frame px, between pixels too
  std::optional<RotatedBox> rotated;
};

/// The largest connected part above `threshold`.
/// @param values  probabilities, side * side, row by row; the value at (u, v) belongs to the pixel
///                (2u, 2v) of the patch
/// @param patch   side of the patch, px
/// @param window  of the frame, resized to the patch
/// @return        empty when nothing is above the threshold inside the frame
std::optional<Outline> outline_of(std::vector<float> values, int side, int patch,
                                  const SubWindow& window, Size frame, double threshold);

/// Whether the box and that of an outline overlap enough to be the same thing.
bool agree(const Box& box, const Box& outline);

/// How well the outline's box fits the one that was given in the first frame: 1 where they are the
/// same thing, 0 where something else was meant, a face without its hair or a bird without its
/// legs.
double fit(const Box& given, const Box& outline);

/// Sides between those of both boxes: `share` of the way from `box` to `outline`; `box` itself
/// where they do not agree.
/// @param share  [0, 1]
Box between(const Box& box, const Box& outline, double share);

}  // namespace siamtrack
