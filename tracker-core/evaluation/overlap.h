// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <string>
#include <vector>

#include "evaluation/region.h"

/// Region overlap (intersection over union) as VOT's tools compute it, and exactly. Tables say
/// which.
namespace siamtrack::evaluation {

enum class OverlapKind {
  kExact,   ///< areas of polygons; pixels when a mask is involved
  kLegacy,  ///< VOT's MATLAB toolkit and pysot: rasterised, half-open rows, truncated columns
  kVot,     ///< VOT's Python toolkit: corners rounded to pixels, both ends included
};

/// "exact", "legacy", "vot".
std::string name_of(OverlapKind kind);

/// @param bounds  frame size; 0 x 0 = what lies outside the frame counts too. The MATLAB toolkit
///                passes width - 1 and height - 1 while running and for EAO
/// @return        in [0, 1]; 0 when either is Special, except that the Python toolkit calls two
/// empty
///                regions equal (1)
double overlap(const Region& a, const Region& b, OverlapKind kind, Size bounds = {});

/// Pixels that a polygon covers in a window, by the MATLAB (kLegacy) or Python (kVot) rule.
///
/// @param corners  relative to the window's left-top corner
/// @return         size.width * size.height values, 0 or 1, row by row
std::vector<char> rasterise(const Polygon& corners, Size size, OverlapKind kind);

}  // namespace siamtrack::evaluation
