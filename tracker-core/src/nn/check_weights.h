// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <string>
#include <vector>

#include "nn/analysis.h"
#include "nn/weights.h"

namespace siamtrack::nn {

/// Requires that `weights` holds the tensors of `expected` with their shapes, and no others: a file
/// of a deeper network holds all tensors of a shallower one, and would track badly without a word.
///
/// @param expected       may name a tensor more than once
/// @param unused_prefix  keys that start so are known to have no use; empty = none
/// Throws  Error(kModelInvalid) that lists the first missing, misshapen and unexpected tensors with
///         the shapes expected and found
void check_weights(const Weights& weights, const std::vector<TensorSpec>& expected,
                   const std::string& unused_prefix = "");

}  // namespace siamtrack::nn
