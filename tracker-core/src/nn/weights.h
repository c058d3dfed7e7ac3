// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <memory>
#include <string>

namespace siamtrack::nn {

class CpuKernels;

/// Named tensors of a network, under the names its blueprint gives them.
struct Weights : std::map<std::string, at::Tensor, std::less<>> {
  using map::map;
  /// Set by prepare_for_inference(): the tensors must not change from then on.
  std::shared_ptr<CpuKernels> kernels;
};

}  // namespace siamtrack::nn
