// SPDX-License-Identifier: LGPL-2.1-or-later
#include "nn/onednn_terms.h"

#include <ATen/ATen.h>

namespace siamtrack::nn::onednn {
namespace {

using dnnl::memory;

void append(dnnl::post_ops& operations, Activation activation) {
  using dnnl::algorithm;
  switch (activation) {
    case Activation::kRelu:
      return operations.append_eltwise(1, algorithm::eltwise_relu, 0, 0);
    case Activation::kRelu6:
      return operations.append_eltwise(1, algorithm::eltwise_clip, 0, 6);
    case Activation::kHardSwish:
      return operations.append_eltwise(1, algorithm::eltwise_hardswish, 0, 0);
    case Activation::kSigmoid:
      return operations.append_eltwise(1, algorithm::eltwise_logistic, 0, 0);
    case Activation::kHardSigmoid:
      return;
  }
}

}  // namespace

Shape shape_of(const at::Tensor& x) { return {x.size(0), x.size(1), x.size(2), x.size(3)}; }

memory::desc nhwc(const Shape& shape) {
  return {shape.sizes(), memory::data_type::f32, memory::format_tag::nhwc};
}

std::int64_t output_side(std::int64_t side, int kernel, int stride, int padding, int dilation) {
  return (side + 2 * padding - (dilation * (kernel - 1) + 1)) / stride + 1;
}

memory::desc weight_desc(const Conv& conv, memory::format_tag plain, memory::format_tag grouped) {
  memory::dims dims = {conv.out, conv.in / conv.groups, conv.kernel, conv.kernel};
  if (conv.groups == 1) return {dims, memory::data_type::f32, plain};
  dims[0] /= conv.groups;
  dims.insert(dims.begin(), conv.groups);
  return {dims, memory::data_type::f32, grouped};
}

dnnl::primitive_attr attributes(const CpuKernels::After& after) {
  dnnl::post_ops operations;
  if (after.sum.defined()) operations.append_sum(1);
  if (after.activation) append(operations, *after.activation);
  dnnl::primitive_attr result;
  result.set_post_ops(operations);
  // Scratch memory of the library's own would be shared by threads that run the same layer.
  result.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  return result;
}

}  // namespace siamtrack::nn::onednn
