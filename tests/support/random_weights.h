// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <ATen/ATen.h>

#include <cmath>

#include "nn/analysis.h"
#include "nn/weights.h"

namespace siamtrack::testing {

/// Reproducible weights of the scale of a trained network: He-scaled convolutions, normalisations
/// whose parts are all away from their neutral values.
inline nn::Weights random_weights(const std::vector<nn::TensorSpec>& specs) {
  at::manual_seed(1);
  nn::Weights weights;
  for (const nn::TensorSpec& spec : specs) {
    at::Tensor tensor = at::randn(spec.shape);
    if (spec.shape.size() == 4) {
      const double fan_in = static_cast<double>(spec.shape[1] * spec.shape[2] * spec.shape[3]);
      tensor.mul_(std::sqrt(2 / fan_in));
    } else if (spec.key.ends_with(".running_var") || spec.key.ends_with(".weight")) {
      tensor = tensor.mul_(0.25).clamp_(-0.5, 0.5).add_(1);
    } else {
      tensor.mul_(0.1);
    }
    weights[spec.key] = tensor;
  }
  return weights;
}

/// Largest difference of two tensors as a fraction of the largest value of the second.
inline double relative_difference(const at::Tensor& a, const at::Tensor& b) {
  return ((a - b).abs().max() / b.abs().max()).item<double>();
}

}  // namespace siamtrack::testing
