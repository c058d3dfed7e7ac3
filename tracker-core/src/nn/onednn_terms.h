// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <oneapi/dnnl/dnnl.hpp>
#include <optional>
#include <vector>

#include "nn/blueprint.h"

/// Layers and tensors in oneDNN's terms, those of version 2 or 3.
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

/// What is fused behind a layer: the sum with what the result holds already, then the activation,
/// all but hard-sigmoid, which oneDNN 2 cannot fuse.
dnnl::primitive_attr attributes(bool sum, std::optional<Activation> activation);

/// `conv` of float32 maps, its weight in whichever order suits oneDNN best.
/// @param bias  empty: none
dnnl::convolution_forward::primitive_desc convolution(const dnnl::engine& engine, const Conv& conv,
                                                      const dnnl::memory::desc& source,
                                                      const dnnl::memory::desc& bias,
                                                      const dnnl::memory::desc& target,
                                                      const dnnl::primitive_attr& attributes);

dnnl::pooling_forward::primitive_desc max_pooling(const dnnl::engine& engine, const MaxPool& pool,
                                                  const dnnl::memory::desc& source,
                                                  const dnnl::memory::desc& target,
                                                  const dnnl::primitive_attr& attributes);

}  // namespace siamtrack::nn::onednn
