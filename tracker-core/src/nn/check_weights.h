// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <vector>

#include "nn/analysis.h"
#include "nn/weights.h"

namespace siamtrack::nn {

/// Requires that `weights` holds every tensor of `expected` with its shape.
///
/// @param expected  may name a tensor more than once
/// Throws  Error(kModelInvalid) that lists the first missing and misshapen tensors with the shapes
///         expected and found
void check_weights(const Weights& weights, const std::vector<TensorSpec>& expected);

}  // namespace siamtrack::nn
