// SPDX-License-Identifier: LGPL-2.1-or-later
#include "ops/xcorr.h"

#include <ATen/ATen.h>

namespace siamtrack {
namespace {

/// x[b] with the kernels weights[b] for every b.
/// @param weights  [B, O, C / groups, h, w]
at::Tensor correlate(const at::Tensor& x, const at::Tensor& weights, int groups, int padding,
                     nn::Mode mode) {
  const std::int64_t batch = x.size(0);
  if (mode == nn::Mode::kInference && x.is_cpu()) {
    // One call per target keeps channels_last; folding the batch into the channels would copy.
    nn::Conv conv;
    conv.kernel = static_cast<int>(weights.size(3));
    conv.padding = padding;
    conv.groups = groups;
    std::vector<at::Tensor> maps;
    for (std::int64_t b = 0; b < batch; ++b) {
      maps.push_back(nn::fast_conv2d(x.narrow(0, b, 1), weights[b], {}, conv));
    }
    return batch == 1 ? maps.front() : at::cat(maps, 0);
  }
  const at::Tensor folded = x.reshape({1, batch * x.size(1), x.size(2), x.size(3)});
  const at::Tensor maps =
      at::conv2d(folded, weights.flatten(0, 1), {}, 1, padding, 1, batch * groups);
  return maps.view({batch, weights.size(1), maps.size(2), maps.size(3)});
}

}  // namespace

at::Tensor depthwise_xcorr(const at::Tensor& x, const at::Tensor& kernel, nn::Mode mode,
                           int padding) {
  return correlate(x, kernel.unsqueeze(2), static_cast<int>(x.size(1)), padding, mode);
}

at::Tensor up_channel_xcorr(const at::Tensor& x, const at::Tensor& kernel, nn::Mode mode) {
  const std::int64_t channels = x.size(1);
  const at::Tensor kernels = kernel.reshape(
      {kernel.size(0), kernel.size(1) / channels, channels, kernel.size(2), kernel.size(3)});
  return correlate(x, kernels, 1, 0, mode);
}

at::Tensor pixelwise_xcorr(const at::Tensor& x, const at::Tensor& kernel, nn::Mode mode) {
  const at::Tensor cells = kernel.flatten(2).transpose(1, 2).contiguous();
  return correlate(x, cells.unsqueeze(3).unsqueeze(4), 1, 0, mode);
}

}  // namespace siamtrack
