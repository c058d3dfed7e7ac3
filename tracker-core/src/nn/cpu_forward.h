// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include "nn/blueprint.h"
#include "nn/weights.h"

namespace siamtrack::nn {

/// forward() in Mode::kInference through `weights.kernels`: activations and shortcut additions
/// become part of the convolutions before them.
///
/// Requires  weights.kernels, float32 `x` on the CPU
at::Tensor cpu_forward(const Sequence& layers, const Weights& weights, const at::Tensor& x);

}  // namespace siamtrack::nn
