// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/margin_loss.h"

#include <ATen/ATen.h>

namespace siamtrack::training {
namespace {

constexpr double kNever = -1e4;     // a logit that adds nothing to a sum of exponentials
constexpr double kSmallest = 1e-6;  // length of features that are taken as zero

at::Tensor unit(const at::Tensor& features) {
  return features / features.norm(2, {1}, /*keepdim=*/true).clamp_min(kSmallest);
}

}  // namespace

at::Tensor cell_labels(const at::Tensor& labels) {
  const at::Tensor target = labels.eq(1).any(1);
  const at::Tensor other = labels.eq(0).all(1);
  return target.to(at::kLong) - (target | other).logical_not().to(at::kLong);
}

at::Tensor cosine_map(const at::Tensor& z, const at::Tensor& x) {
  const std::int64_t side = z.size(2);
  return (unit(z.mean({2, 3}, /*keepdim=*/true)) * unit(at::avg_pool2d(x, side, /*stride=*/1)))
      .sum(1);
}

at::Tensor margin_loss(const at::Tensor& cosines, const at::Tensor& cells, double scale,
                       double margin) {
  const at::Tensor others =
      (scale * cosines).masked_fill(cells.ne(0), kNever).logsumexp({1, 2}, /*keepdim=*/true);
  const at::Tensor targets = cells.eq(1).to(cosines.dtype());
  const at::Tensor losses = at::softplus(others - scale * (cosines - margin)) * targets;
  const at::Tensor count = targets.sum({1, 2});
  const at::Tensor pairs = count.gt(0).to(cosines.dtype()).sum();
  return (losses.sum({1, 2}) / count.clamp_min(1)).sum() / pairs.clamp_min(1);
}

}  // namespace siamtrack::training
