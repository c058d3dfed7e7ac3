// SPDX-License-Identifier: LGPL-2.1-or-later
#include "systems/distractors.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "ops/xcorr.h"

namespace siamtrack {
namespace {

constexpr nn::Mode kMode = nn::Mode::kInference;

Box box_of(const Proposals& p, std::size_t i) {
  return Box::from_centre(p.centre_x[i], p.centre_y[i], p.width[i], p.height[i]);
}

class DistractorAware final : public AnchorSystem {
 public:
  DistractorAware(AnchorSetup setup, nn::Weights weights, const DistractorParameters& parameters)
      : AnchorSystem(std::move(setup), std::move(weights)), parameters_(parameters) {}

  /// Beside the maps each target's responses hold what a second correlation needs, on the model's
  /// device: the search features and their embedding for classification.
  std::vector<std::vector<at::Tensor>> respond(
      const at::Tensor& patches, std::span<const Template* const> templates) const override {
    const nn::RpnLevel& level = setup().network.levels.front();
    const std::vector<at::Tensor> kernels = batch_templates(templates);
    const at::Tensor features =
        nn::forward(setup().network.backbone, weights(), patches, kMode).front();
    const at::Tensor embedded =
        nn::forward(level.classification.search, weights(), features, kMode);
    const at::Tensor regression = up_channel_xcorr(
        nn::forward(level.regression.search, weights(), features, kMode), kernels[1], kMode);
    auto responses =
        to_responses({up_channel_xcorr(embedded, kernels[0], kMode),
                      nn::forward(level.regression.predict, weights(), regression, kMode)});
    for (std::size_t b = 0; b < responses.size(); ++b) {
      const auto index = static_cast<std::int64_t>(b);
      responses[b].push_back(features.narrow(0, index, 1));
      responses[b].push_back(embedded.narrow(0, index, 1));
    }
    return responses;
  }

 protected:
  std::vector<float> rerank(const std::vector<at::Tensor>& responses, const Proposals& proposals,
                            const Choice& first) const override {
    const std::vector<std::size_t> found = find_distractors(proposals, first, parameters_);
    if (found.empty()) return {};
    const at::Tensor exemplar = mean_exemplar(responses[1], proposals, found);
    const at::Tensor kernel = nn::forward(setup().network.levels.front().classification.kernel,
                                          weights(), exemplar, kMode);
    const at::Tensor theirs =
        up_channel_xcorr(responses[2], kernel, kMode).to(at::kCPU).contiguous();
    return subtract(responses.front().data_ptr<float>(), theirs.data_ptr<float>(),
                    proposals.size());
  }

 private:
  /// Mean of the features at the distractors' places, as if each had been cut out as an exemplar.
  at::Tensor mean_exemplar(const at::Tensor& features, const Proposals& proposals,
                           const std::vector<std::size_t>& found) const {
    const std::int64_t cells = features.size(2) - proposals.side + 1;
    const int half = proposals.side / 2;
    const auto place = [&](float centre) {
      const auto cell = std::lround(centre / static_cast<float>(setup().anchors.stride)) + half;
      return std::clamp<std::int64_t>(cell, 0, features.size(2) - cells);
    };
    at::Tensor sum;
    for (const std::size_t i : found) {
      const at::Tensor part = features.narrow(2, place(proposals.centre_y[i]), cells)
                                  .narrow(3, place(proposals.centre_x[i]), cells);
      sum = sum.defined() ? sum + part : part;
    }
    return sum / static_cast<double>(found.size());
  }

  /// Scores of f(z, p) - influence f(d, p) for all proposals.
  std::vector<float> subtract(const float* target, const float* theirs, std::size_t count) const {
    const auto influence = static_cast<float>(parameters_.influence);
    std::vector<float> scores(count);
    for (std::size_t i = 0; i < count; ++i) {
      const float own = target[count + i] - target[i];
      const float other = theirs[count + i] - theirs[i];
      scores[i] = 1 / (1 + std::exp(influence * other - own));
    }
    return scores;
  }

  DistractorParameters parameters_;
};

}  // namespace

DistractorParameters read_distractor_parameters(HyperParameters& values) {
  constexpr int kLargestCount = 100;
  DistractorParameters p;
  p.influence = values.number("distractor_influence", p.influence, 0, 1);
  p.threshold = values.number("distractor_threshold", p.threshold, 0, 1);
  p.overlap = values.number("distractor_overlap", p.overlap, 0, 1);
  p.most = values.integer("distractors", p.most, 0, kLargestCount);
  return p;
}

std::vector<std::size_t> find_distractors(const Proposals& proposals, const Choice& target,
                                          const DistractorParameters& parameters) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < proposals.size(); ++i) {
    if (proposals.score[i] >= parameters.threshold) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return proposals.score[a] > proposals.score[b];
  });
  std::vector<Box> kept = {box_of(proposals, target.index)};
  std::vector<std::size_t> found;
  for (const std::size_t i : order) {
    if (static_cast<int>(found.size()) == parameters.most) break;
    const Box box = box_of(proposals, i);
    const bool same = std::any_of(kept.begin(), kept.end(), [&](const Box& other) {
      return iou(box, other) > parameters.overlap;
    });
    if (same) continue;
    kept.push_back(box);
    found.push_back(i);
  }
  return found;
}

std::unique_ptr<const System> make_distractor_aware(AnchorSetup setup, nn::Weights weights,
                                                    const DistractorParameters& parameters) {
  return std::make_unique<DistractorAware>(std::move(setup), std::move(weights), parameters);
}

}  // namespace siamtrack
