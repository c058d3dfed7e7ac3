// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include "nn/weights.h"

namespace siamtrack::training {

/// Weights of a NanoTrack v3 as a start for one with another exemplar size. Its pixel-wise
/// correlation has a map per cell of the template: what makes and reads these maps is interpolated
/// between the cells, all other weights stay.
///
/// @param from, to  cells along a side of the template, before and after
nn::Weights with_template_side(nn::Weights weights, int from, int to);

}  // namespace siamtrack::training
