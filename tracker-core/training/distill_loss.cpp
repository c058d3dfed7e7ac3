// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/distill_loss.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

namespace siamtrack::training {
namespace {

constexpr std::int64_t kComparedRows = 32;
constexpr double kVarianceFloor = 1e-2;  // of the mean variance: dead channels must not dominate
constexpr double kTiny = 1e-8;
constexpr double kRidge = 1e-3;      // of the mean variance: keeps the least squares solvable
constexpr double kSmoothKnee = 0.1;  // of the logarithm: 10 % of a distance
constexpr double kBackgroundWeight = 0.05;
constexpr double kLargestLog = 7;  // e^7 px: four patches wide

/// Sum of `values` where `weights` are, by their sum; the 1 keeps batches without a target quiet.
at::Tensor weighted_mean(const at::Tensor& values, const at::Tensor& weights) {
  return (values * weights).sum() / (weights.sum() + 1);
}

at::Tensor every_nth_row(const at::Tensor& map, std::int64_t row) {
  const std::int64_t step = std::max<std::int64_t>(1, map.size(2) / kComparedRows);
  return step == 1 ? map : map.slice(2, row % step, map.size(2), step);
}

/// [B, C, H, W] as one row per cell.
at::Tensor samples(const at::Tensor& map) {
  return map.permute({0, 2, 3, 1}).reshape({-1, map.size(1)});
}

/// Distances of the cells from the middle of the patch, px.
at::Tensor cell_positions(int cells, int stride, const at::Device& device) {
  return (at::arange(cells, at::TensorOptions(at::kFloat).device(device)) - cells / 2) *
         stride;  // spec section 11.1
}

at::Tensor extent(const at::Tensor& low, const at::Tensor& high) {
  return (high - low).clamp_min(0);
}

}  // namespace

at::Tensor feature_distance(const at::Tensor& student, const at::Tensor& teacher,
                            std::int64_t row) {
  const at::Tensor wanted = every_nth_row(teacher, row);
  at::Tensor scale;
  {
    const at::NoGradGuard constant;
    const at::Tensor mean = wanted.mean({0, 2, 3}, true);
    const at::Tensor variance =
        (wanted.square().mean({0, 2, 3}, true) - mean.square()).clamp_min(0);
    scale = (variance + kVarianceFloor * variance.mean() + kTiny).rsqrt();
  }
  return ((every_nth_row(student, row) - wanted) * scale).square().mean();
}

at::Tensor unexplained_share(const at::Tensor& student, const at::Tensor& teacher) {
  const at::Tensor own = samples(student);
  at::Tensor wanted, prediction;
  {
    const at::NoGradGuard constant;  // at the optimum the prediction's own gradient vanishes
    wanted = samples(teacher);
    wanted = (wanted - wanted.mean(0, true)) / (wanted.std(0, true, true) + kTiny);
    const at::Tensor centred = own - own.mean(0, true);
    const at::Tensor moments = centred.t().matmul(centred);
    const at::Tensor ridge = moments.diagonal().mean() * kRidge + kTiny;
    // Regular by its ridge; linalg_solve() would wait for a GPU to make sure.
    prediction = std::get<0>(at::linalg_solve_ex(
        moments + ridge * at::eye(own.size(1), own.options()), centred.t().matmul(wanted)));
  }
  return ((own - own.mean(0, true)).matmul(prediction) - wanted).square().mean();
}

at::Tensor class_distance(const at::Tensor& student, const at::Tensor& teacher) {
  const at::Tensor wanted = teacher.log_softmax(1);
  const at::Tensor divergence = (wanted.exp() * (wanted - student.log_softmax(1))).sum(1);
  const at::Tensor foreground = wanted.select(1, 1).exp();
  return (weighted_mean(divergence, foreground) + weighted_mean(divergence, 1 - foreground) +
          divergence.mean()) /
         2;
}

at::Tensor side_distance(const at::Tensor& student, const at::Tensor& teacher,
                         const at::Tensor& foreground) {
  const at::Tensor distance =
      at::smooth_l1_loss(student, teacher, at::Reduction::None, kSmoothKnee).sum(1);
  return weighted_mean(distance, foreground) + kBackgroundWeight * distance.mean();
}

PointLabels assign_points(const std::vector<std::optional<Box>>& targets, int instance, int cells,
                          int stride) {
  const auto count = static_cast<std::int64_t>(targets.size());
  at::Tensor corners = at::zeros({count, 4, 1, 1});
  at::Tensor known = at::zeros({count, 1, 1});
  for (std::int64_t i = 0; i < count; ++i) {
    const std::optional<Box>& box = targets[i];
    if (!box || box->area() <= 0) continue;
    const double middle = instance / 2.0;
    const double values[] = {box->x - middle, box->y - middle, box->x + box->width - middle,
                             box->y + box->height - middle};
    for (int side = 0; side < 4; ++side) corners[i][side] = values[side];
    known[i] = 1;
  }
  const at::Tensor x = cell_positions(cells, stride, at::kCPU).reshape({1, 1, cells});
  const at::Tensor y = cell_positions(cells, stride, at::kCPU).reshape({1, cells, 1});
  const auto relative = [&](const at::Tensor& at, int low) {  // -0.5 .. 0.5 within the box
    const at::Tensor a = corners.select(1, low);
    const at::Tensor b = corners.select(1, low + 2);
    return (at - (a + b) / 2) / (b - a).clamp_min(1);
  };
  const at::Tensor radius = relative(x, 0).square() + relative(y, 1).square();
  return {(16 * radius < 1).to(at::kFloat) * known, (4 * radius > 1).to(at::kFloat) * known,
          corners};
}

PointLabels PointLabels::to(const at::Device& device) const {
  return {positive.to(device), negative.to(device), corners.to(device)};
}

at::Tensor labelled_class_loss(const at::Tensor& logits, const PointLabels& labels) {
  const at::Tensor wrong = -logits.log_softmax(1);
  return (weighted_mean(wrong.select(1, 1), labels.positive) +
          weighted_mean(wrong.select(1, 0), labels.negative)) /
         2;
}

at::Tensor labelled_box_loss(const at::Tensor& log_distances, const PointLabels& labels,
                             int stride) {
  const int cells = static_cast<int>(log_distances.size(3));
  const at::Tensor distances = log_distances.clamp_max(kLargestLog).exp();
  const at::Tensor x = cell_positions(cells, stride, log_distances.device()).reshape({1, 1, cells});
  const at::Tensor y = cell_positions(cells, stride, log_distances.device()).reshape({1, cells, 1});
  const at::Tensor left = x - distances.select(1, 0), top = y - distances.select(1, 1);
  const at::Tensor right = x + distances.select(1, 2), bottom = y + distances.select(1, 3);
  const auto side = [&](int index) { return labels.corners.select(1, index); };
  const at::Tensor common = extent(at::maximum(left, side(0)), at::minimum(right, side(2))) *
                            extent(at::maximum(top, side(1)), at::minimum(bottom, side(3)));
  const at::Tensor all = extent(left, right) * extent(top, bottom) +
                         extent(side(0), side(2)) * extent(side(1), side(3)) - common;
  // Without a target and with a vanishing prediction the union is empty; 0 / 0 would spoil the sum.
  return weighted_mean(1 - common / all.clamp_min(1), labels.positive);
}

}  // namespace siamtrack::training
