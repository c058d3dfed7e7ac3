// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include "nn/weights.h"
#include "training/recipe.h"

namespace siamtrack::training {

/// The weights with kernels and biases of the convolutions and fully connected layers in `type`.
/// Gradients flow back to the originals; running statistics stay shared.
nn::Weights with_convolutions_as(const nn::Weights& weights, at::ScalarType type);

/// Type of the convolutions and of the patches they read: bfloat16 where the recipe says so, else
/// float. Losses are always computed in float.
at::ScalarType convolution_type(const Recipe& recipe);

}  // namespace siamtrack::training
