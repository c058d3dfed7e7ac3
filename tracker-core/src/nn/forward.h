// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <vector>

#include "nn/blueprint.h"
#include "nn/weights.h"

namespace siamtrack::nn {

/// kTrain: batch statistics, running statistics updated, differentiable.
/// kEval: running statistics, differentiable (for frozen parts and for tests).
/// kInference: kEval without autograd through the fastest convolution of the device.
enum class Mode { kTrain, kEval, kInference };

/// Runs `layers` on `x`.
///
/// @param weights  holds every key of `layers`; with rewrite.h's folded forms for kInference
/// @param x        float [B, C, H, W]; channels_last is the fast layout
/// @return         float [B, C', H', W'] on x's device
/// Throws  Error(kModelInvalid) when a key is missing
at::Tensor forward(const Sequence& layers, const Weights& weights, at::Tensor x, Mode mode);

/// Runs all stages and returns the features of `backbone.outputs`.
std::vector<at::Tensor> forward(const Backbone& backbone, const Weights& weights, at::Tensor x,
                                Mode mode);

/// Convolution as kInference runs it: on the CPU oneDNN directly.
/// Differs from at::conv2d: LibTorch 1.13 sends small inputs, and 1x1 kernels on one thread, to
/// im2col + GEMM, which is 10 to 40 times slower with a reference BLAS.
at::Tensor fast_conv2d(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                       const Conv& conv);

}  // namespace siamtrack::nn
