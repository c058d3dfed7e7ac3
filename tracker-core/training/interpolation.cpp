// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/interpolation.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace siamtrack::training {
namespace {

constexpr int kLargestMap = 32;  // cells

at::Tensor to_cells(int side, int cells, const at::Device& device) {
  if (side == cells) return {};
  return interpolation(cells, 0, static_cast<double>(side) / cells, side).to(device);
}

}  // namespace

at::Tensor interpolation(int count, double first, double step, std::int64_t cells) {
  at::Tensor matrix = at::zeros({count, cells});
  for (int i = 0; i < count; ++i) {
    const double place = std::clamp(first + i * step, 0.0, static_cast<double>(cells - 1));
    const auto low = std::min(static_cast<std::int64_t>(place), cells - 2);
    matrix[i][low] = 1 - (place - static_cast<double>(low));
    matrix[i][low + 1] = place - static_cast<double>(low);
  }
  return matrix;
}

at::Tensor resampled(const at::Tensor& maps, const at::Tensor& matrix) {
  if (!matrix.defined()) return maps;
  return matrix.matmul(maps).matmul(matrix.t());
}

std::vector<CommonGrid> common_grids(const std::vector<int>& first, const std::vector<int>& second,
                                     const at::Device& device) {
  std::vector<CommonGrid> grids;
  for (std::size_t i = 0; i < first.size(); ++i) {
    const int cells = std::min(first[i], kLargestMap);
    const int other = i + 1 < first.size() ? second[i] : second.back();
    grids.push_back({to_cells(first[i], cells, device), to_cells(other, cells, device)});
  }
  return grids;
}

}  // namespace siamtrack::training
