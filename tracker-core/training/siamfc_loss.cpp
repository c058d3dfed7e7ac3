// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/siamfc_loss.h"

#include <ATen/ATen.h>

#include <cmath>
#include <limits>

namespace siamtrack::training {

at::Tensor label_maps(std::span<const std::optional<Box>> targets, int patch, int cells, int stride,
                      double radius) {
  const auto count = static_cast<std::int64_t>(targets.size());
  at::Tensor labels = at::zeros({count, cells, cells});
  auto label = labels.accessor<float, 3>();
  const double origin = patch / 2.0 - stride * (cells - 1) / 2.0;  // px of cell 0's centre
  for (std::int64_t i = 0; i < count; ++i) {
    const std::optional<Box>& box = targets[static_cast<std::size_t>(i)];
    if (!box) continue;
    const auto x = static_cast<int>(std::round((box->centre_x() - origin) / stride));
    const auto y = static_cast<int>(std::round((box->centre_y() - origin) / stride));
    for (int row = 0; row < cells; ++row) {
      for (int col = 0; col < cells; ++col) {
        const int distance = stride * (std::abs(row - y) + std::abs(col - x));
        label[i][row][col] = distance <= radius ? 1.F : 0.F;
      }
    }
  }
  return labels;
}

at::Tensor balanced_logistic_loss(const at::Tensor& responses, const at::Tensor& labels) {
  const at::Tensor losses = at::softplus(at::where(labels > 0, -responses, responses));
  const at::Tensor positive = labels.flatten(1), negative = 1 - positive;
  const at::Tensor flat = losses.flatten(1);
  const auto mean = [&](const at::Tensor& mask) {
    return (flat * mask).sum(1) / mask.sum(1).clamp_min(1);
  };
  const at::Tensor has_positive = positive.amax(1);
  const at::Tensor both = 0.5 * (mean(positive) + mean(negative));
  return (has_positive * both + (1 - has_positive) * mean(negative)).mean();
}

at::Tensor contrastive_loss(const at::Tensor& responses, const at::Tensor& labels) {
  const std::int64_t count = responses.size(0);
  const at::Tensor all = responses.transpose(0, 1).reshape({count, -1}).logsumexp(1);
  const at::Tensor own = responses.diagonal(0, 0, 1).permute({2, 0, 1}).flatten(1);
  const at::Tensor positive = labels.flatten(1);
  constexpr float kNever = -1e9F;  // finite, so that maps without positives give no NaN gradient
  const at::Tensor hit = at::where(positive > 0, own, at::full_like(own, kNever)).logsumexp(1);
  const at::Tensor has_positive = positive.amax(1);
  return ((all - hit) * has_positive).sum() / has_positive.sum().clamp_min(1);
}

}  // namespace siamtrack::training
