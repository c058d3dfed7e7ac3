// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "nn/analysis.h"
#include "nn/weights.h"

namespace siamtrack::nn {

/// Reproducible weights of the scale of a trained network, for measuring and testing without one:
/// He-scaled convolutions (He et al. 2015, sec. 2.2), normalisations whose parts are all away from
/// their neutral values. A pure function of `specs` and `seed`.
Weights draw_weights(const std::vector<TensorSpec>& specs, std::uint64_t seed = 1);

}  // namespace siamtrack::nn
