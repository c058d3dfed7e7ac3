// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include "nn/forward.h"

/// Cross-correlations of search features with template features. All are batched: target b of
/// `x` against template b of `kernel`; differentiable in kTrain and kEval.
namespace siamtrack {

/// Each channel of x with the same channel of the kernel (SiamRPN++ sec. 3.4).
/// @param x       [B, C, H, W]
/// @param kernel  [B, C, h, w]
/// @return        [B, C, H + 2 padding - h + 1, W + 2 padding - w + 1]
at::Tensor depthwise_xcorr(const at::Tensor& x, const at::Tensor& kernel, nn::Mode mode,
                           int padding = 0);

/// The template holds O kernels of C channels (SiamRPN sec. 3.2 "up-channel").
/// @param x       [B, C, H, W]
/// @param kernel  [B, O * C, h, w], channels of output 0 first
/// @return        [B, O, H - h + 1, W - w + 1]
at::Tensor up_channel_xcorr(const at::Tensor& x, const at::Tensor& kernel, nn::Mode mode);

/// Each cell of the template as one 1x1 kernel (Alpha-Refine sec. 3.2; NanoTrack).
/// @param x       [B, C, H, W]
/// @param kernel  [B, C, h, w]
/// @return        [B, h * w, H, W]; map n belongs to the template cell (n / w, n % w)
at::Tensor pixelwise_xcorr(const at::Tensor& x, const at::Tensor& kernel, nn::Mode mode);

}  // namespace siamtrack
