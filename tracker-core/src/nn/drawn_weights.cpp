// SPDX-License-Identifier: LGPL-2.1-or-later
#include "nn/drawn_weights.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include <cmath>

namespace siamtrack::nn {

Weights draw_weights(const std::vector<TensorSpec>& specs, std::uint64_t seed) {
  const at::Generator generator = at::detail::createCPUGenerator(seed);
  Weights weights;
  for (const TensorSpec& spec : specs) {
    at::Tensor tensor = at::randn(spec.shape, generator);
    if (spec.shape.size() == 4 || spec.shape.size() == 2) {
      const auto fan_in = static_cast<double>(tensor[0].numel());
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

}  // namespace siamtrack::nn
