// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <oneapi/dnnl/dnnl.hpp>
#include <vector>

#include "nn/blueprint.h"
#include "nn/cpu_kernels.h"

/// Layers and tensors in oneDNN's terms.
namespace siamtrack::nn::onednn {

struct Shape {
  std::int64_t batch, channels, height, width;
  bool operator==(const Shape&) const = default;
  std::vector<std::int64_t> sizes() const { return {batch, channels, height, width}; }
};

Shape shape_of(const at::Tensor& x);

/// A map of this shape, channels last.
dnnl::memory::desc nhwc(const Shape& shape);

/// What a convolution or pooling with these parameters makes of `side` cells.
std::int64_t output_side(std::int64_t side, int kernel, int stride, int padding, int dilation);

/// A kernel in the order `plain`, or `grouped` when `conv` has groups.
dnnl::memory::desc weight_desc(const Conv& conv, dnnl::memory::format_tag plain,
                               dnnl::memory::format_tag grouped);

/// What is fused behind a layer, all but hard-sigmoid, which oneDNN 2 cannot fuse.
dnnl::primitive_attr attributes(const CpuKernels::After& after);

}  // namespace siamtrack::nn::onednn
