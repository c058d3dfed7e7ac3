// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <vector>

#include "nn/blueprint.h"
#include "nn/weights.h"

/// Parts that the ways of running a network share.
namespace siamtrack::nn {

/// The tensor under `key`.
/// Throws  Error(kModelInvalid) when there is none
const at::Tensor& find(const Weights& weights, const std::string& key);

struct ConvWeights {
  at::Tensor weight;  ///< [out, in/groups, kernel, kernel]
  at::Tensor bias;    ///< [out]; undefined without one
};
ConvWeights conv_weights(const Conv& conv, const Weights& weights);

/// Applies an activation in place.
at::Tensor activate_(at::Tensor x, Activation activation);

/// A view of `x` without `margin` cells on each side.
at::Tensor cropped(const at::Tensor& x, int margin);

/// Sum of maps of equal shape [B, C, H, W], each with its share softmax(weights).
/// @param weights  learned, one per map
at::Tensor weighted_sum(const std::vector<at::Tensor>& maps, const at::Tensor& weights);

}  // namespace siamtrack::nn
