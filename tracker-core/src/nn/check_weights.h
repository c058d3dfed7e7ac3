// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <string>
#include <vector>

#include "nn/analysis.h"
#include "nn/weights.h"

namespace siamtrack::nn {

/// A shape in words: "[96, 3, 11, 11]".
std::string shape_text(at::IntArrayRef shape);

/// Requires that `weights` holds the tensors of `expected` with their shapes, and no others: a file
/// of a deeper network holds all tensors of a shallower one, and would track badly without a word.
///
/// @param expected       may name a tensor more than once
/// @param unused_prefix  keys that start so are known to have no use; empty = none
/// Throws  Error(kModelInvalid) that lists the first missing, misshapen and unexpected tensors with
///         the shapes expected and found
void check_weights(const Weights& weights, const std::vector<TensorSpec>& expected,
                   const std::string& unused_prefix = "");

/// A tensor that two sets of weights do not share; the shape of a missing one is "none".
struct ShapeDifference {
  std::string key, expected, found;
};

/// The first tensor that one of them lacks or has in another shape; none where both are weights of
/// the same network.
std::optional<ShapeDifference> first_difference(const Weights& expected, const Weights& found);

}  // namespace siamtrack::nn
