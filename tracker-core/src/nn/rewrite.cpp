// SPDX-License-Identifier: LGPL-2.1-or-later
#include "nn/rewrite.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <utility>

#include "nn/cpu_kernels.h"
#include "nn/device.h"
#include "siamtrack/error.h"

namespace siamtrack::nn {
namespace {

// --- crops
// ----------------------------------------------------------------------------------------

void push_crop(Sequence& layers, int margin);

/// Takes a crop of `margin` cells from behind a layer to before it, and changes the layer and
/// `margin` to fit; false when the two do not commute.
struct CropThrough {
  int& margin;

  bool operator()(Conv& conv) const {
    const int reach = margin * conv.stride;  // input cells that the cropped outputs stand for
    margin = std::max(0, reach - conv.padding);
    conv.padding = std::max(0, conv.padding - reach);
    return true;
  }
  bool operator()(BatchNorm&) const { return true; }
  bool operator()(Activation&) const { return true; }
  bool operator()(MaxPool&) const { return false; }  // saves nothing, copies four times as much
  bool operator()(Crop& crop) const {
    crop.margin += std::exchange(margin, 0);
    return true;
  }
  bool operator()(Residual& residual) const {
    push_crop(residual.body, margin);
    push_crop(residual.shortcut, margin);
    margin = 0;
    return true;
  }
  bool operator()(Concat& concat) const {
    for (Sequence& branch : concat.branches) push_crop(branch, margin);
    margin = 0;
    return true;
  }
  bool operator()(ChannelGate&) const { return false; }  // its average sees the whole map
};

/// Crops the result of `layers` as early in them as can be.
void push_crop(Sequence& layers, int margin) {
  auto place = layers.end();
  while (place != layers.begin() && margin > 0 &&
         std::visit(CropThrough{margin}, std::prev(place)->kind)) {
    --place;
  }
  if (margin > 0) layers.insert(place, Crop{margin});
}

// --- batch normalisation
// --------------------------------------------------------------------------

/// What a normalisation does to a channel: x * scale + offset.
struct Affine {
  std::string name;
  at::Tensor scale;
  at::Tensor offset;
};

at::Tensor take(Weights& weights, const std::string& key) {
  const auto found = weights.find(key);
  if (found == weights.end()) {
    throw Error(ErrorCode::kModelInvalid, "network weights: expected key " + key + ", found none");
  }
  at::Tensor tensor = found->second.detach();  // weights in training carry a graph
  weights.erase(found);
  return tensor;
}

Affine take_affine(const BatchNorm& norm, Weights& weights) {
  const at::Tensor variance = take(weights, norm.name + ".running_var");
  const at::Tensor scale = take(weights, norm.name + ".weight") * (variance + norm.eps).rsqrt();
  const at::Tensor offset =
      take(weights, norm.name + ".bias") - take(weights, norm.name + ".running_mean") * scale;
  weights.erase(norm.name + ".num_batches_tracked");
  return {norm.name, scale, offset};
}

/// `conv` followed by `affine`, as one convolution.
void fold_into(Conv& conv, const Affine& affine, Weights& weights) {
  const at::Tensor weight = take(weights, conv.name + ".weight");
  const at::Tensor bias =
      conv.bias ? take(weights, conv.name + ".bias") * affine.scale : at::zeros_like(affine.offset);
  weights[conv.name + ".weight"] = weight * affine.scale.view({-1, 1, 1, 1});
  weights[conv.name + ".bias"] = bias + affine.offset;
  conv.bias = true;
}

Conv as_depthwise(const Affine& affine, Weights& weights) {
  const int channels = static_cast<int>(affine.scale.numel());
  weights[affine.name + ".weight"] = affine.scale.view({-1, 1, 1, 1});
  weights[affine.name + ".bias"] = affine.offset;
  return {.name = affine.name, .in = channels, .out = channels, .groups = channels, .bias = true};
}

/// Appends `affine` to `layers`, inside of their last layer where that is possible.
void append_affine(Sequence& layers, const Affine& affine, Weights& weights) {
  Layer* last = layers.empty() ? nullptr : &layers.back();
  if (auto* conv = last ? std::get_if<Conv>(&last->kind) : nullptr) {
    fold_into(*conv, affine, weights);
  } else if (auto* residual = last ? std::get_if<Residual>(&last->kind) : nullptr) {
    append_affine(residual->body, {affine.name + ".body", affine.scale, affine.offset}, weights);
    append_affine(residual->shortcut,
                  {affine.name + ".shortcut", affine.scale, at::zeros_like(affine.offset)},
                  weights);
  } else {
    layers.push_back(as_depthwise(affine, weights));
  }
}

// --- memory layout
// --------------------------------------------------------------------------------

void set_layout(const Sequence& layers, Weights& weights);

struct SetLayout {
  Weights& weights;

  void operator()(const Conv& conv) const {
    if (conv.matrix) return;
    at::Tensor& weight = weights.at(conv.name + ".weight");
    weight = in_layout_of_device(weight);
  }
  void operator()(const Residual& residual) const {
    set_layout(residual.body, weights);
    set_layout(residual.shortcut, weights);
  }
  void operator()(const Concat& concat) const {
    for (const Sequence& branch : concat.branches) set_layout(branch, weights);
  }
  void operator()(const ChannelGate& gate) const { set_layout(gate.gate, weights); }
  template <typename Other>
  void operator()(const Other&) const {}
};

void set_layout(const Sequence& layers, Weights& weights) {
  for (const Layer& layer : layers) std::visit(SetLayout{weights}, layer.kind);
}

/// Applies `rewrite` to the sequences inside a layer.
template <typename Rewrite>
void rewrite_inside(Layer& layer, const Rewrite& rewrite) {
  if (auto* residual = std::get_if<Residual>(&layer.kind)) {
    residual->body = rewrite(std::move(residual->body));
    residual->shortcut = rewrite(std::move(residual->shortcut));
  } else if (auto* concat = std::get_if<Concat>(&layer.kind)) {
    for (Sequence& branch : concat->branches) branch = rewrite(std::move(branch));
  } else if (auto* gate = std::get_if<ChannelGate>(&layer.kind)) {
    gate->gate = rewrite(std::move(gate->gate));
  }
}

}  // namespace

Sequence fold_crops(Sequence layers) {
  Sequence result;
  for (Layer& layer : layers) {
    if (const auto* crop = std::get_if<Crop>(&layer.kind)) {
      push_crop(result, crop->margin);
      continue;
    }
    rewrite_inside(layer, [](Sequence inner) { return fold_crops(std::move(inner)); });
    result.push_back(std::move(layer));
  }
  return result;
}

Backbone fold_crops(Backbone backbone) {
  for (Sequence& stage : backbone.stages) stage = fold_crops(std::move(stage));
  return backbone;
}

Sequence fold_batch_norm(Sequence layers, Weights& weights) {
  Sequence result;
  for (Layer& layer : layers) {
    if (const auto* norm = std::get_if<BatchNorm>(&layer.kind)) {
      append_affine(result, take_affine(*norm, weights), weights);
      continue;
    }
    rewrite_inside(layer,
                   [&](Sequence inner) { return fold_batch_norm(std::move(inner), weights); });
    result.push_back(std::move(layer));
  }
  return result;
}

Sequence prepare_for_inference(const Sequence& layers, Weights& weights) {
  Sequence result = fold_crops(fold_batch_norm(layers, weights));
  set_layout(result, weights);
  if (!weights.kernels) weights.kernels = make_cpu_kernels();
  return result;
}

Backbone prepare_for_inference(const Backbone& backbone, Weights& weights) {
  Backbone result = backbone;
  for (Sequence& stage : result.stages) stage = prepare_for_inference(stage, weights);
  return result;
}

}  // namespace siamtrack::nn
