// SPDX-License-Identifier: LGPL-2.1-or-later
#include "nn/heads/mask.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "nn/layers.h"
#include "nn/rewrite.h"
#include "ops/xcorr.h"

namespace siamtrack::nn {
namespace {

constexpr int kChannels = 256;  // behind the neck
constexpr int kBaseSide = 63;   // of a mask without refinement
constexpr int kFirstSide = 15;  // of the deconvolution's result
constexpr int kFirstChannels = 32;

Conv padded3x3(const std::string& name, int in, int out) {
  return {.name = name, .in = in, .out = out, .kernel = 3, .padding = 1, .bias = true};
}

Sequence two_convolutions(const std::string& name, int in, int between, int out) {
  return {padded3x3(name + ".0", in, between), Activation::kRelu,
          padded3x3(name + ".2", between, out), Activation::kRelu};
}

/// Channels and sizes of the refinement (SiamMask models/siammask_sharp.py Refine), coarse to fine.
std::vector<RefineStep> refine_steps(const std::string& prefix) {
  const auto step = [&](int level, int features, int between, int known, int out) {
    const std::string number = std::to_string(level);
    RefineStep made;
    made.known = two_convolutions(prefix + "h" + number, known, known, known);
    made.features = two_convolutions(prefix + "v" + number, features, between, known);
    made.mix = {padded3x3(prefix + "post" + std::to_string(2 - level), known, out)};
    made.output = level;
    return made;
  };
  std::vector<RefineStep> steps = {step(2, 512, 128, 32, 16), step(1, 256, 64, 16, 4),
                                   step(0, 64, 16, 4, 1)};
  const int sides[] = {kFirstSide, 31, 61, 127};
  for (std::size_t i = 0; i < steps.size(); ++i) {
    steps[i].stride = 1 << i;
    steps[i].margin = 4 * steps[i].stride;
    steps[i].window = sides[i];
    steps[i].side = sides[i + 1];
  }
  return steps;
}

void add_refinement(MaskHead& head) {
  head.deconvolution = "refine_head.deconv";
  head.steps = refine_steps("refine_head.");
}

/// Calls visit(sequence) for every sequence of a head.
template <typename Head, typename Visit>
void visit_parts(Head& head, const Visit& visit) {
  for (auto& branch : head.branches) {
    visit(branch.kernel);
    visit(branch.search);
    visit(branch.predict);
  }
  for (auto& step : head.steps) {
    visit(step.known);
    visit(step.features);
    visit(step.mix);
  }
}

/// Cells [start, start + side) of both axes, zeros where there are none.
at::Tensor window(const at::Tensor& x, std::int64_t top, std::int64_t left, std::int64_t side) {
  const auto below = [](std::int64_t start) { return std::max<std::int64_t>(0, -start); };
  const auto above = [&](std::int64_t start, std::int64_t extent) {
    return std::max<std::int64_t>(0, start + side - extent);
  };
  const std::int64_t rows = x.size(2);
  const std::int64_t columns = x.size(3);
  const at::Tensor inside = x.slice(2, below(-top), std::min(rows, top + side))
                                .slice(3, below(-left), std::min(columns, left + side));
  return at::constant_pad_nd(inside,
                             {below(left), above(left, columns), below(top), above(top, rows)});
}

/// What lies around each cell in the features of one step, [cells, channels, window, window].
at::Tensor windows(const at::Tensor& features, const RefineStep& step, std::span<const Cell> cells,
                   int cut) {
  std::vector<at::Tensor> all;
  for (const Cell& cell : cells) {
    const auto start = [&](int index) { return (index + cut) * step.stride - step.margin; };
    all.push_back(window(features.narrow(0, cell.target, 1), start(cell.row), start(cell.column),
                         step.window));
  }
  return all.size() == 1 ? all.front() : at::cat(all);
}

/// The correlation features of each cell become 32 maps of 15 x 15: a transposed convolution of one
/// cell is a matrix product.
at::Tensor first_maps(const MaskHead& head, const Weights& weights, const at::Tensor& pixels) {
  const at::Tensor& weight = find(weights, head.deconvolution + ".weight");
  const at::Tensor& bias = find(weights, head.deconvolution + ".bias");
  const at::Tensor maps = at::matmul(pixels.flatten(1), weight.flatten(1));
  return maps.view({-1, kFirstChannels, kFirstSide, kFirstSide}) + bias.view({1, -1, 1, 1});
}

/// What each cell's mask is made from, [cells, channels, 1, 1].
at::Tensor pixels_at(const at::Tensor& maps, std::span<const Cell> cells) {
  std::vector<at::Tensor> pixels;
  for (const Cell& cell : cells) {
    pixels.push_back(
        maps.narrow(0, cell.target, 1).narrow(2, cell.row, 1).narrow(3, cell.column, 1));
  }
  return pixels.size() == 1 ? pixels.front() : at::cat(pixels);
}

/// Each cell's logits of one branch, [cells, 63 * 63, 1, 1]. In training all maps go through the
/// normalisation, so that its statistics are those of whole maps; the last convolution is made for
/// the cells alone.
at::Tensor branch_logits(const RpnBranch& branch, const Weights& weights,
                         const at::Tensor& correlation, std::span<const Cell> cells, Mode mode) {
  const Sequence& predict = branch.predict;
  if (mode != Mode::kTrain) return forward(predict, weights, pixels_at(correlation, cells), mode);
  const Sequence first(predict.begin(), predict.end() - 1);
  const at::Tensor maps = forward(first, weights, correlation, mode);
  return forward({predict.back()}, weights, pixels_at(maps, cells), mode);
}

/// Each cell's logits, the branches' in their learned shares.
at::Tensor fused_logits(const MaskHead& head, const Weights& weights,
                        const std::vector<at::Tensor>& correlations, std::span<const Cell> cells,
                        Mode mode) {
  std::vector<at::Tensor> logits;
  for (std::size_t i = 0; i < head.branches.size(); ++i) {
    logits.push_back(branch_logits(head.branches[i], weights, correlations[i], cells, mode));
  }
  if (logits.size() == 1) return logits.front();
  return weighted_sum(logits, find(weights, head.fusion));
}

/// What the refinement begins with, [cells, channels, 1, 1].
at::Tensor seeds(const MaskHead& head, const Weights& weights, const MaskInput& input,
                 std::span<const Cell> cells, Mode mode) {
  if (head.from_logits) return fused_logits(head, weights, input.correlations, cells, mode);
  return pixels_at(input.correlations.front(), cells);
}

int seed_channels(const MaskHead& head) {
  return head.from_logits ? kBaseSide * kBaseSide : kChannels;
}

}  // namespace

MaskHead mask_head_blueprint(bool refine) {
  MaskHead head;
  head.branches = {depthwise_branch("mask_head", kChannels, kBaseSide * kBaseSide)};
  if (refine) add_refinement(head);
  return head;
}

MaskHead mask_plus_plus_blueprint(bool refine) {
  MaskHead head;
  for (const char* name : {"mask_head.mask2", "mask_head.mask3", "mask_head.mask4"}) {
    head.branches.push_back(depthwise_branch(name, kChannels, kBaseSide * kBaseSide));
  }
  head.fusion = "mask_head.mask_weight";
  head.from_logits = true;
  if (refine) add_refinement(head);
  return head;
}

std::vector<TensorSpec> tensor_specs(const MaskHead& head) {
  std::vector<TensorSpec> all;
  visit_parts(head, [&](const Sequence& part) {
    const std::vector<TensorSpec> more = tensor_specs(part);
    all.insert(all.end(), more.begin(), more.end());
  });
  if (!head.fusion.empty()) {
    all.push_back({head.fusion, {static_cast<std::int64_t>(head.branches.size())}});
  }
  if (!head.steps.empty()) {
    all.push_back({head.deconvolution + ".weight",
                   {seed_channels(head), kFirstChannels, kFirstSide, kFirstSide}});
    all.push_back({head.deconvolution + ".bias", {kFirstChannels}});
  }
  return all;
}

MaskHead prepare_for_inference(const MaskHead& head, Weights& weights) {
  MaskHead result = head;
  visit_parts(result, [&](Sequence& part) { part = prepare_for_inference(part, weights); });
  return result;
}

std::int64_t mask_macs(const MaskHead& head, int search_cells) {
  std::int64_t all = 0;
  for (const RpnBranch& branch : head.branches) {
    all += correlation_macs(branch, kTemplateCells, search_cells);
    if (head.steps.empty() || head.from_logits) all += macs(branch.predict, 1);
  }
  if (head.steps.empty()) return all;
  all += std::int64_t{seed_channels(head)} * kFirstChannels * kFirstSide * kFirstSide;
  for (const RefineStep& step : head.steps) {
    all += macs(step.known, step.window) + macs(step.features, step.window) +
           macs(step.mix, step.side);
  }
  return all;
}

std::vector<at::Tensor> mask_kernels(const MaskHead& head, const Weights& weights,
                                     const std::vector<at::Tensor>& levels, Mode mode) {
  std::vector<at::Tensor> kernels;
  for (std::size_t i = 0; i < head.branches.size(); ++i) {
    kernels.push_back(forward(head.branches[i].kernel, weights, levels[i], mode));
  }
  return kernels;
}

std::vector<at::Tensor> mask_features(const MaskHead& head, const Weights& weights,
                                      std::span<const at::Tensor> kernels,
                                      const std::vector<at::Tensor>& levels, Mode mode) {
  std::vector<at::Tensor> features;
  for (std::size_t i = 0; i < head.branches.size(); ++i) {
    const at::Tensor search = forward(head.branches[i].search, weights, levels[i], mode);
    features.push_back(depthwise_xcorr(search, kernels[i], mode));
  }
  return features;
}

at::Tensor mask_logits(const MaskHead& head, const Weights& weights, const MaskInput& input,
                       std::span<const Cell> cells, Mode mode) {
  if (head.steps.empty()) {
    return fused_logits(head, weights, input.correlations, cells, mode)
        .reshape({-1, kBaseSide, kBaseSide});
  }
  at::Tensor mask = first_maps(head, weights, seeds(head, weights, input, cells, mode));
  for (const RefineStep& step : head.steps) {
    const at::Tensor around =
        windows(input.features[static_cast<std::size_t>(step.output)], step, cells, input.cut);
    const at::Tensor sum =
        forward(step.known, weights, mask, mode) + forward(step.features, weights, around, mode);
    const std::int64_t side = step.side;
    mask = forward(step.mix, weights, at::upsample_nearest2d(sum, {side, side}), mode);
  }
  return mask.select(1, 0);
}

}  // namespace siamtrack::nn
