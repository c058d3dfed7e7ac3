// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/outline_loss.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace siamtrack::training {
namespace {

constexpr int kStep = 2;      // px of the patch per cell
constexpr int kReach = 2;     // cells between neighbours that are compared
constexpr double kAlike = 6;  // of 255: largest distance of like colours
constexpr double kTiny = 1e-6;

at::Tensor sum_of_map(const at::Tensor& maps) { return maps.sum({1, 2}); }

at::Tensor mean_over(const at::Tensor& per_pair, const at::Tensor& counted) {
  return (per_pair * counted).sum() / counted.sum().clamp_min(1);
}

/// 1 where the middle of a cell's pixel lies in [low, high).
void mark(const at::Tensor& line, double low, double high) {
  float* cells = line.data_ptr<float>();
  for (std::int64_t u = 0; u < line.size(0); ++u) {
    const double middle = static_cast<double>(kStep * u) + 0.5;
    cells[u] = low <= middle && middle < high ? 1 : 0;
  }
}

/// 1 - Dice coefficient of each row of two matrices.
at::Tensor dice_distance(const at::Tensor& found, const at::Tensor& wanted) {
  const at::Tensor common = (found * wanted).sum(1);
  const at::Tensor all = found.square().sum(1) + wanted.square().sum(1);
  return 1 - 2 * common / all.clamp_min(kTiny);
}

/// log(p) and log(1 - p) of both sides, for each pair of cells (a, b).
at::Tensor log_same_side(const at::Tensor& a, const at::Tensor& b) {
  const at::Tensor both_in = at::log_sigmoid(a) + at::log_sigmoid(b);
  const at::Tensor both_out = at::log_sigmoid(-a) + at::log_sigmoid(-b);
  return at::logaddexp(both_in, both_out);
}

/// Mean over like neighbours in one direction, and their number, per pair.
struct Neighbours {
  at::Tensor unlike;  ///< sum of -log(same side) [B]
  at::Tensor count;   ///< [B]
};

Neighbours neighbours(const at::Tensor& logits, const OutlineTargets& targets, int down,
                      int right) {
  const std::int64_t cells = logits.size(2);
  const auto first = [&](const at::Tensor& maps) {
    return maps.slice(-2, 0, cells - down)
        .slice(-1, std::max(0, -right), cells - std::max(0, right));
  };
  const auto second = [&](const at::Tensor& maps) {
    return maps.slice(-2, down, cells).slice(-1, std::max(0, right), cells + std::min(0, right));
  };
  const at::Tensor distance =
      (first(targets.colours) - second(targets.colours)).square().sum(1).sqrt();
  const at::Tensor box = targets.rows.unsqueeze(2) * targets.columns.unsqueeze(1);
  const at::Tensor alike = (distance <= kAlike).to(at::kFloat) * first(box) * second(box);
  return {sum_of_map(-log_same_side(first(logits), second(logits)) * alike), sum_of_map(alike)};
}

at::Tensor likeness_of(const at::Tensor& logits, const OutlineTargets& targets) {
  at::Tensor unlike, count;
  for (const auto& [down, right] :
       {std::pair{0, kReach}, {kReach, 0}, {kReach, kReach}, {kReach, -kReach}}) {
    const Neighbours found = neighbours(logits, targets, down, right);
    unlike = unlike.defined() ? unlike + found.unlike : found.unlike;
    count = count.defined() ? count + found.count : found.count;
  }
  return mean_over(unlike / count.clamp_min(1), targets.boxed * (1 - targets.known));
}

}  // namespace

OutlineTargets outline_targets(const Batch& batch, const at::Device& device) {
  const auto thinned = [](const at::Tensor& maps) {
    return maps.slice(1, 0, maps.size(1), kStep).slice(2, 0, maps.size(2), kStep);
  };
  const auto count = static_cast<std::int64_t>(batch.targets.size());
  OutlineTargets targets;
  targets.masks = thinned(batch.masks).to(device).gt(0).to(at::kFloat);
  targets.colours = thinned(batch.searches).to(device).permute({0, 3, 1, 2}).to(at::kFloat);
  const std::int64_t cells = targets.masks.size(1);
  at::Tensor known = at::zeros({count}), boxed = at::zeros({count});
  at::Tensor columns = at::zeros({count, cells}), rows = at::zeros({count, cells});
  for (std::int64_t i = 0; i < count; ++i) {
    const auto index = static_cast<std::size_t>(i);
    known[i] = batch.outlined[index] ? 1 : 0;
    const std::optional<Box>& box = batch.targets[index];
    if (!box) continue;
    boxed[i] = 1;
    mark(columns[i], box->x, box->x + box->width);
    mark(rows[i], box->y, box->y + box->height);
  }
  targets.known = known.to(device);
  targets.boxed = boxed.to(device);
  targets.columns = columns.to(device);
  targets.rows = rows.to(device);
  return targets;
}

OutlineLoss outline_loss(const at::Tensor& logits, const OutlineTargets& targets) {
  const at::Tensor values = logits.squeeze(1).to(at::kFloat);
  const at::Tensor& masks = targets.masks;
  const at::Tensor wrong =
      at::binary_cross_entropy_with_logits(values, masks, {}, {}, at::Reduction::None);
  const at::Tensor inside = sum_of_map(masks);
  const at::Tensor outside = sum_of_map(1 - masks);
  const at::Tensor pixels = (sum_of_map(wrong * masks) / inside.clamp_min(1) +
                             sum_of_map(wrong * (1 - masks)) / outside.clamp_min(1)) /
                            2;
  const at::Tensor share = values.sigmoid();
  const at::Tensor common = sum_of_map(share * masks);
  const at::Tensor all = sum_of_map(share) + inside - common;
  const at::Tensor boxes =
      dice_distance(share.amax(1), targets.columns) + dice_distance(share.amax(2), targets.rows);
  return {mean_over(pixels, targets.known), mean_over(1 - common / all.clamp_min(1), targets.known),
          mean_over(boxes, targets.boxed), likeness_of(values, targets)};
}

}  // namespace siamtrack::training
