// SPDX-License-Identifier: LGPL-2.1-or-later
#include "systems/outliner.h"

#include <ATen/ATen.h>

#include <nlohmann/json.hpp>

#include "nn/rewrite.h"
#include "siamtrack/error.h"

namespace siamtrack {
namespace {

constexpr nn::Mode kMode = nn::Mode::kInference;
constexpr int kStride = 16;      // network px per cell of the place a network is told
constexpr int kOutlineStep = 2;  // network px per value of an outline

/// Where a target is thought to be: where its outline was seen, else in its box.
at::Tensor place_of(const at::Tensor& before, const TrackState& found, const SearchPlan& plan) {
  if (before.any().item<bool>()) return before;
  return nn::box_maps({found.width * plan.scale}, {found.height * plan.scale}, plan.patch_side);
}

}  // namespace

Outliner::Outliner(const OutlineParameters& parameters)
    : parameters_(parameters), network_(nn::outline_blueprint()) {}

void Outliner::prepare(nn::Weights& weights) {
  for (nn::Sequence* part : nn::parts(network_)) {
    *part = nn::prepare_for_inference(*part, weights);
  }
}

void Outliner::extend(Template& exemplar, const at::Tensor& z_features,
                      const nn::Weights& weights) const {
  exemplar.push_back(nn::outline_kernel(network_, weights, z_features, kMode));
  exemplar.push_back(no_place());
}

/// Stands for the outline of the frame before where there is none.
at::Tensor Outliner::no_place() const {
  const int cells = (parameters_.size + 1) / kStride;
  return at::zeros({1, 1, cells, cells});
}

std::vector<Outlined> Outliner::outline(const nn::Weights& weights, const at::Tensor& patches,
                                        std::span<const Template* const> templates,
                                        std::span<const TrackState> found,
                                        std::span<const SearchPlan> plans, Size frame) const {
  std::vector<at::Tensor> kernels, places;
  for (std::size_t i = 0; i < templates.size(); ++i) {
    const Template& exemplar = *templates[i];
    kernels.push_back(exemplar[exemplar.size() - 2]);
    places.push_back(place_of(exemplar.back(), found[i], plans[i]));
  }
  const at::Tensor shares = nn::outline_logits(network_, weights, at::cat(kernels), patches,
                                               at::cat(places).to(patches.device()), kMode)
                                .sigmoid()
                                .to(at::kCPU)
                                .contiguous();
  std::vector<Outlined> all;
  for (std::size_t i = 0; i < templates.size(); ++i) {
    const at::Tensor share = shares.narrow(0, static_cast<std::int64_t>(i), 1);
    const auto* first = share.data_ptr<float>();
    Outlined one{
        outline_of({first, first + share.numel()}, static_cast<int>(share.size(2)),
                   parameters_.size, plans[i].windows.front(), frame, parameters_.threshold),
        *templates[i]};
    const bool sure = one.outline && found[i].status == TrackStatus::kTracking &&
                      agree(to_box(found[i]), one.outline->box);
    one.exemplar.back() = sure ? nn::outline_maps(share, kOutlineStep) : no_place();
    all.push_back(std::move(one));
  }
  return all;
}

std::optional<Outliner> make_outliner(const nlohmann::json& metadata,
                                      const nn::NanoTrackShape& shape, HyperParameters& values) {
  if (!HyperParameters(metadata, "nanotrack").flag("outline", false)) return std::nullopt;
  if (shape.version != 3 || shape.width != 1 || shape.template_side != 8) {
    throw Error(ErrorCode::kModelInvalid,
                "outline of nanotrack: expected version v3, width 1 and exemplar_size 127, found "
                "another network");
  }
  constexpr int kLargest = 1023;  // network px; bounds memory
  OutlineParameters p;
  p.size = values.integer("outline_size", p.size, 2 * kStride - 1, kLargest);
  p.context = values.integer("outline_context", p.context, kStride, p.size);
  p.threshold = values.number("outline_threshold", p.threshold, 0.01, 0.99);
  p.share = values.number("outline_share", p.share, 0, 1);
  if ((p.size + 1) % kStride != 0) {
    throw Error(ErrorCode::kModelInvalid,
                "hyper-parameter outline_size of nanotrack: expected one less than a multiple of "
                "16, found " +
                    std::to_string(p.size));
  }
  if (!values.flag("outline", true)) return std::nullopt;
  return Outliner(p);
}

}  // namespace siamtrack
