// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/mask_loss.h"

#include <ATen/ATen.h>

namespace siamtrack::training {

std::vector<nn::Cell> mask_cells(const at::Tensor& labels, const std::vector<bool>& outlined) {
  const at::Tensor places = labels.eq(1).any(1).nonzero().cpu();
  const auto rows = places.accessor<std::int64_t, 2>();
  std::vector<nn::Cell> cells;
  for (std::int64_t i = 0; i < places.size(0); ++i) {
    if (!outlined.at(static_cast<std::size_t>(rows[i][0]))) continue;
    cells.push_back({.row = static_cast<int>(rows[i][1]),
                     .column = static_cast<int>(rows[i][2]),
                     .target = static_cast<int>(rows[i][0])});
  }
  return cells;
}

at::Tensor mask_windows(const at::Tensor& masks, std::span<const nn::Cell> cells, int side,
                        int step, int size) {
  const std::int64_t margin = ((side - 1) * step + size - masks.size(1)) / 2;
  constexpr double kHalf = 127.5;
  const at::Tensor signs = masks.to(at::kFloat).div(kHalf).sub(1).sign();
  const at::Tensor wide = at::constant_pad_nd(signs, {margin, margin, margin, margin});
  std::vector<at::Tensor> windows;
  for (const nn::Cell& cell : cells) {
    windows.push_back(wide.narrow(0, cell.target, 1)
                          .narrow(1, std::int64_t{step} * cell.row, size)
                          .narrow(2, std::int64_t{step} * cell.column, size));
  }
  return at::cat(windows);
}

at::Tensor mask_loss(const at::Tensor& logits, const at::Tensor& windows) {
  at::Tensor enlarged = logits.unsqueeze(1);
  if (logits.size(1) != windows.size(1)) {
    enlarged = at::upsample_bilinear2d(enlarged, {windows.size(1), windows.size(2)},
                                       /*align_corners=*/true);
  }
  return at::softplus(-windows * enlarged.squeeze(1)).mean();
}

}  // namespace siamtrack::training
