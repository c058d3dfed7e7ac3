// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <optional>

#include "nn/blueprint.h"
#include "nn/weights.h"

namespace siamtrack::nn {

/// The layers of one prepared network as the CPU runs them best: compiled at first use for each
/// input shape and number of threads, the weights in the order that each wants, the results in
/// memory that is used again. Inputs are float32 [B, C, H, W]; results are channels_last.
/// Threads  any number at once
class CpuKernels {
 public:
  /// What happens to the result of a convolution before it is written.
  struct After {
    at::Tensor sum;                        ///< channels_last; added to, written into and returned
    std::optional<Activation> activation;  ///< applied last
  };

  virtual ~CpuKernels() = default;

  /// @param weights  of the whole network; always the same for one object
  virtual at::Tensor convolve(const at::Tensor& x, const Conv& conv, const Weights& weights,
                              const After& after) = 0;
  virtual at::Tensor max_pool(const at::Tensor& x, const MaxPool& pool) = 0;

  /// Uninitialised, channels_last.
  virtual at::Tensor empty(at::IntArrayRef sizes) = 0;
};

/// Null in a build without oneDNN; LibTorch's own operators do the work then.
std::shared_ptr<CpuKernels> make_cpu_kernels();

}  // namespace siamtrack::nn
