// SPDX-License-Identifier: LGPL-2.1-or-later
#include "nn/onednn_terms.h"

#include <ATen/ATen.h>

namespace siamtrack::nn::onednn {
namespace {

using dnnl::memory;

#if DNNL_VERSION_MAJOR >= 3
void append(dnnl::post_ops& operations, dnnl::algorithm algorithm, float alpha, float beta) {
  operations.append_eltwise(algorithm, alpha, beta);
}
#else
void append(dnnl::post_ops& operations, dnnl::algorithm algorithm, float alpha, float beta) {
  operations.append_eltwise(1, algorithm, alpha, beta);
}
#endif

void append(dnnl::post_ops& operations, Activation activation) {
  using dnnl::algorithm;
  switch (activation) {
    case Activation::kRelu:
      return append(operations, algorithm::eltwise_relu, 0, 0);
    case Activation::kRelu6:
      return append(operations, algorithm::eltwise_clip, 0, 6);
    case Activation::kHardSwish:  // x * clip(x / 6 + 1/2, 0, 1); oneDNN 2 knows both numbers
      return append(operations, algorithm::eltwise_hardswish, 1.0F / 6, 0.5F);
    case Activation::kSigmoid:
      return append(operations, algorithm::eltwise_logistic, 0, 0);
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

dnnl::primitive_attr attributes(bool sum, std::optional<Activation> activation) {
  dnnl::post_ops operations;
  if (sum) operations.append_sum(1);
  if (activation) append(operations, *activation);
  dnnl::primitive_attr result;
  result.set_post_ops(operations);
  // Scratch memory of the library's own would be shared by threads that run the same layer.
  result.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  return result;
}

dnnl::convolution_forward::primitive_desc convolution(const dnnl::engine& engine, const Conv& conv,
                                                      const memory::desc& source,
                                                      const memory::desc& bias,
                                                      const memory::desc& target,
                                                      const dnnl::primitive_attr& attributes) {
  constexpr auto kKind = dnnl::prop_kind::forward_inference;
  constexpr auto kAlgorithm = dnnl::algorithm::convolution_direct;
  const memory::desc weight = weight_desc(conv, memory::format_tag::any, memory::format_tag::any);
  const memory::dims stride(2, conv.stride);
  const memory::dims padding(2, conv.padding);
  const memory::dims dilation(2, conv.dilation - 1);
#if DNNL_VERSION_MAJOR >= 3
  return {engine, kKind,  kAlgorithm, source,  weight,  bias,
          target, stride, dilation,   padding, padding, attributes};
#else
  return {{kKind, kAlgorithm, source, weight, bias, target, stride, dilation, padding, padding},
          attributes,
          engine};
#endif
}

dnnl::pooling_forward::primitive_desc max_pooling(const dnnl::engine& engine, const MaxPool& pool,
                                                  const memory::desc& source,
                                                  const memory::desc& target,
                                                  const dnnl::primitive_attr& attributes) {
  constexpr auto kKind = dnnl::prop_kind::forward_inference;
  constexpr auto kAlgorithm = dnnl::algorithm::pooling_max;
  const memory::dims stride(2, pool.stride);
  const memory::dims kernel(2, pool.kernel);
  const memory::dims padding(2, pool.padding);
#if DNNL_VERSION_MAJOR >= 3
  const memory::dims dilation(2, 0);
  return {engine, kKind,    kAlgorithm, source,  target,    stride,
          kernel, dilation, padding,    padding, attributes};
#else
  return {
      {kKind, kAlgorithm, source, target, stride, kernel, padding, padding}, attributes, engine};
#endif
}

}  // namespace siamtrack::nn::onednn
