// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/rpn_loss.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace siamtrack::training {
namespace {

/// Labels and offsets of one patch as flat rows in the order anchor, row, column.
struct Rows {
  std::int64_t* labels;
  float* offsets;  ///< four planes of `count`
  float* weights;
  std::int64_t count;
};

/// Keeps `most` of the cells with this label, drawn at random; the rest are ignored.
std::vector<std::int64_t> keep_some(const Rows& rows, std::int64_t label, int most,
                                    Random& random) {
  std::vector<std::int64_t> found;
  for (std::int64_t i = 0; i < rows.count; ++i) {
    if (rows.labels[i] == label) found.push_back(i);
  }
  const auto kept = std::min(found.size(), static_cast<std::size_t>(std::max(0, most)));
  for (std::size_t i = 0; i < kept; ++i) {  // the first steps of a shuffle
    const auto left = static_cast<int>(found.size() - i);
    std::swap(found[i], found[i + static_cast<std::size_t>(random.below(left))]);
  }
  for (std::size_t i = kept; i < found.size(); ++i) rows.labels[found[i]] = -1;
  found.resize(kept);
  return found;
}

void write_offsets(const Rows& rows, std::int64_t i, const Box& anchor, const Box& target) {
  rows.offsets[i] = static_cast<float>((target.centre_x() - anchor.centre_x()) / anchor.width);
  rows.offsets[rows.count + i] =
      static_cast<float>((target.centre_y() - anchor.centre_y()) / anchor.height);
  rows.offsets[2 * rows.count + i] = static_cast<float>(std::log(target.width / anchor.width));
  rows.offsets[3 * rows.count + i] = static_cast<float>(std::log(target.height / anchor.height));
}

/// Where the anchors of one response map lie in its search patch.
struct AnchorGrid {
  const AnchorSettings& anchors;
  double patch;  ///< side, px
  int side;      ///< cells
};

/// Calls visit(index, anchor box in patch px, row, column).
template <typename Visit>
void for_each_anchor(const AnchorGrid& grid, const Visit& visit) {
  const int stride = grid.anchors.stride;
  const double origin = grid.patch / 2 + grid_origin(grid.side, stride);
  std::int64_t index = 0;
  for (const AnchorShape& shape : anchor_shapes(grid.anchors)) {
    for (int row = 0; row < grid.side; ++row) {
      for (int column = 0; column < grid.side; ++column, ++index) {
        visit(index,
              Box::from_centre(origin + column * stride, origin + row * stride, shape.width,
                               shape.height),
              row, column);
      }
    }
  }
}

void assign_positive_pair(const Rows& rows, const RpnTarget& target, const AnchorGrid& grid,
                          const AnchorSampling& sampling, Random& random) {
  std::vector<Box> boxes;
  for_each_anchor(grid, [&](std::int64_t i, const Box& anchor, int, int) {
    const double overlap = iou(anchor, target.box);
    rows.labels[i] = overlap > sampling.positive ? 1 : overlap < sampling.negative ? 0 : -1;
    boxes.push_back(anchor);
  });
  const std::vector<std::int64_t> positives = keep_some(rows, 1, sampling.most_positive, random);
  keep_some(rows, 0, sampling.total - sampling.most_positive, random);
  for (const std::int64_t i : positives) {
    write_offsets(rows, i, boxes[static_cast<std::size_t>(i)], target.box);
    rows.weights[i] = 1.0F / static_cast<float>(positives.size());
  }
}

/// Cells near where the wrong object is are the hardest negatives.
void assign_negative_pair(const Rows& rows, const RpnTarget& target, const AnchorGrid& grid,
                          const AnchorSampling& sampling, Random& random) {
  const auto cell = [&](double centre) {
    const double cells = (centre - grid.patch / 2) / grid.anchors.stride;
    return grid.side / 2 + static_cast<int>(std::ceil(cells + 0.5));
  };
  const int x = cell(target.box.centre_x());
  const int y = cell(target.box.centre_y());
  for_each_anchor(grid, [&](std::int64_t i, const Box&, int row, int column) {
    const bool near = std::abs(row - y) <= sampling.negative_radius &&
                      std::abs(column - x) <= sampling.negative_radius;
    rows.labels[i] = near ? 0 : -1;
  });
  keep_some(rows, 0, sampling.negative_pair, random);
}

/// Mean of `losses` where the labels are `label`; 0 when there are none.
at::Tensor mean_where(const at::Tensor& losses, const at::Tensor& labels, std::int64_t label) {
  const at::Tensor chosen = labels.eq(label).to(losses.dtype());
  return (losses * chosen).sum() / chosen.sum().clamp_min(1);
}

/// |e|, or Fast R-CNN's smooth form of it (sec. 2.3 there).
at::Tensor offset_loss(const at::Tensor& error, double smooth) {
  at::Tensor size = error.abs();
  if (smooth <= 0) return size;
  return at::where(size < smooth, size.square() / (2 * smooth), size - smooth / 2);
}

}  // namespace

AnchorTargets AnchorTargets::to(const at::Device& device) const {
  return {labels.to(device), offsets.to(device), weights.to(device)};
}

AnchorTargets assign_anchors(std::span<const RpnTarget> targets, const AnchorSettings& anchors,
                             double patch, int side, const AnchorSampling& sampling,
                             Random& random) {
  const auto batch = static_cast<std::int64_t>(targets.size());
  const auto shapes = static_cast<std::int64_t>(anchors.ratios.size() * anchors.scales.size());
  const std::int64_t count = shapes * side * side;
  AnchorTargets result{at::full({batch, shapes, side, side}, -1, at::kLong),
                       at::zeros({batch, 4, shapes, side, side}),
                       at::zeros({batch, shapes, side, side})};
  for (std::int64_t b = 0; b < batch; ++b) {
    const Rows rows{result.labels.data_ptr<std::int64_t>() + b * count,
                    result.offsets.data_ptr<float>() + 4 * b * count,
                    result.weights.data_ptr<float>() + b * count, count};
    const RpnTarget& target = targets[static_cast<std::size_t>(b)];
    const auto assign = target.negative ? assign_negative_pair : assign_positive_pair;
    assign(rows, target, {anchors, patch, side}, sampling, random);
  }
  return result;
}

RpnLoss rpn_loss(const at::Tensor& classification, const at::Tensor& regression,
                 const AnchorTargets& targets, ScoreKind kind, double smooth) {
  const at::Tensor& labels = targets.labels;
  at::Tensor of_positives;  // loss of saying 1, of saying 0
  at::Tensor of_negatives;
  if (kind == ScoreKind::kSoftmax) {
    const std::int64_t anchors = labels.size(1);
    const at::Tensor margin =
        classification.narrow(1, anchors, anchors) - classification.narrow(1, 0, anchors);
    of_positives = at::softplus(-margin);
    of_negatives = at::softplus(margin);
  } else {
    of_positives = at::softplus(-classification);
    of_negatives = at::softplus(classification);
  }
  const at::Tensor error =
      offset_loss(regression.reshape(targets.offsets.sizes()) - targets.offsets, smooth).sum(1) *
      targets.weights;
  return {0.5 * mean_where(of_positives, labels, 1) + 0.5 * mean_where(of_negatives, labels, 0),
          error.sum() / static_cast<double>(labels.size(0))};
}

at::Tensor response_loss(const at::Tensor& classification, const at::Tensor& labels) {
  return mean_where(at::softplus(classification.sum(1)), labels, 0);
}

}  // namespace siamtrack::training
