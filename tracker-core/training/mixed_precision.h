// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include "nn/weights.h"

namespace siamtrack::training {

/// The weights with kernels and biases of the convolutions in `type`. Gradients flow back to the
/// originals; running statistics stay shared.
nn::Weights with_convolutions_as(const nn::Weights& weights, at::ScalarType type);

}  // namespace siamtrack::training
