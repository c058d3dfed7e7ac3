// SPDX-License-Identifier: LGPL-2.1-or-later
#include "systems/siamfc.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "nn/analysis.h"
#include "nn/backbones/backbones.h"
#include "nn/check_weights.h"
#include "nn/forward.h"
#include "nn/rewrite.h"

namespace siamtrack {
namespace {

constexpr double kSmallestPx = 10;  // spec section 1.5
constexpr double kTinySum = 1e-16;  // keeps the normalisation of an all-equal map finite

void add_window(ResponseMap& map, const std::vector<float>& window, double influence) {
  const float low = *std::min_element(map.values.begin(), map.values.end());
  double sum = kTinySum;
  for (float& v : map.values) sum += (v -= low);
  const auto keep = static_cast<float>((1 - influence) / sum);
  const auto add = static_cast<float>(influence);
  for (std::size_t i = 0; i < map.values.size(); ++i) {
    map.values[i] = keep * map.values[i] + add * window[i];
  }
}

nn::Backbone siamfc_backbone(const nlohmann::json& metadata) {
  return nn::make_backbone(metadata.at("backbone").get<std::string>(),
                           metadata.value("backbone_prefix", std::string("features.features.")));
}

bool is_finite(const at::Tensor& maps) {
  const auto* first = maps.data_ptr<float>();
  return std::all_of(first, first + maps.numel(), [](float v) { return std::isfinite(v); });
}

class SiamFc final : public System {
 public:
  SiamFc(const nlohmann::json& metadata, nn::Weights weights, HyperParameters values,
         const nn::Backbone& plain)
      : parameters_(read_siamfc_parameters(metadata, std::move(values), plain)),
        order_(metadata.value("channel_order", "bgr") == "rgb" ? ChannelOrder::kRgb
                                                               : ChannelOrder::kBgr),
        calibration_(read_calibration(metadata)),
        window_(hann_window(parameters_.response_side * parameters_.response_up)),
        weights_(std::move(weights)) {
    nn::check_weights(weights_, nn::tensor_specs(plain));
    backbone_ = nn::prepare_for_inference(plain, weights_);
  }

  int exemplar_size() const override { return parameters_.exemplar_size; }
  int instance_size() const override { return parameters_.instance_size; }
  ChannelOrder channel_order() const override { return order_; }

  // Differs from siamfc-pytorch, whose corner round(centre - (side - 1) / 2) lies up to a pixel
  // further right and below: this is SiamDW's.
  Rounding rounding() const override { return Rounding::kHalfEven; }

  Template embed(const at::Tensor& patch) const override { return {features(patch)}; }

  SearchPlan plan(const TrackState& state, Size /*frame*/) const override {
    SearchPlan plan;
    plan.patch_side = parameters_.instance_size;
    plan.scale = parameters_.exemplar_size / context_side(state.width, state.height);
    plan.centre_x = state.centre_x;
    plan.centre_y = state.centre_y;
    for (const double factor : scale_factors(parameters_)) {
      plan.windows.push_back(sub_window(state.centre_x, state.centre_y,
                                        factor * plan.patch_side / plan.scale, rounding()));
    }
    return plan;
  }

  std::vector<std::vector<at::Tensor>> respond(
      const at::Tensor& patches, std::span<const Template* const> templates) const override {
    const at::Tensor search = features(patches);
    const auto scales = search.size(0) / static_cast<std::int64_t>(templates.size());
    std::vector<at::Tensor> maps;
    for (std::size_t i = 0; i < templates.size(); ++i) {
      const at::Tensor& exemplar = templates[i]->front();
      const nn::Conv correlation{.name = "",
                                 .in = static_cast<int>(exemplar.size(1)),
                                 .out = 1,
                                 .kernel = static_cast<int>(exemplar.size(2))};
      maps.push_back(
          nn::fast_conv2d(search.narrow(0, static_cast<std::int64_t>(i) * scales, scales), exemplar,
                          {}, correlation));
    }
    const at::Tensor all = at::stack(maps).to(at::kCPU).contiguous();  // one copy off the device
    std::vector<std::vector<at::Tensor>> responses;
    for (std::size_t i = 0; i < templates.size(); ++i) {
      responses.push_back({all[static_cast<std::int64_t>(i)]});
    }
    return responses;
  }

  Candidate decode(const std::vector<at::Tensor>& responses, const TrackState& state,
                   const SearchPlan& plan, Size frame) const override;

 private:
  at::Tensor features(const at::Tensor& patch) const {
    return nn::forward(backbone_, weights_, patch, nn::Mode::kInference).back();
  }

  SiamFcParameters parameters_;
  ChannelOrder order_;
  Calibration calibration_;
  std::vector<float> window_;
  nn::Backbone backbone_;
  nn::Weights weights_;
};

std::vector<ResponseMap> to_maps(const at::Tensor& response, const SiamFcParameters& parameters) {
  std::vector<ResponseMap> maps;
  const int side = static_cast<int>(response.size(2));
  const auto cells = static_cast<std::size_t>(side) * side;
  const float* values = response.data_ptr<float>();
  for (std::int64_t scale = 0; scale < response.size(0); ++scale) {
    ResponseMap map{side, std::vector<float>(cells)};
    std::transform(values, values + cells, map.values.begin(), [&](float v) {
      return static_cast<float>(v * parameters.response_scale + parameters.response_bias);
    });
    values += cells;
    maps.push_back(std::move(map));
  }
  return maps;
}

Candidate SiamFc::decode(const std::vector<at::Tensor>& responses, const TrackState& state,
                         const SearchPlan& plan, Size frame) const {
  if (!is_finite(responses.front())) {  // broken weights: stay where we are
    Candidate none;
    none.box = to_box(state);
    return none;
  }
  const std::vector<ResponseMap> maps = to_maps(responses.front(), parameters_);
  const auto middle = plan.windows.size() / 2;
  const ScaleDecision decision =
      decide_scale(maps, window_, plan.windows[middle].size, parameters_);

  double cx = state.centre_x + decision.displacement_x;
  double cy = state.centre_y + decision.displacement_y;
  double growth = decision.growth;
  const double side = context_side(state.width, state.height);
  if (state.initial_side > 0) {
    // Differs from siamfc-pytorch, which sets no bounds: these are MATLAB's and SiamDW's.
    growth = std::clamp(growth * side, parameters_.smallest_growth * state.initial_side,
                        parameters_.largest_growth * state.initial_side) /
             side;
  }
  double width = state.width * growth;
  double height = state.height * growth;
  if (parameters_.clip_to_frame) {
    cx = std::clamp(cx, 0.0, static_cast<double>(frame.width));
    cy = std::clamp(cy, 0.0, static_cast<double>(frame.height));
    width = std::max(kSmallestPx, std::min(width, static_cast<double>(frame.width)));
    height = std::max(kSmallestPx, std::min(height, static_cast<double>(frame.height)));
  }
  Candidate candidate;
  candidate.box = Box::from_centre(cx, cy, width, height);
  candidate.score = confidence(maps[static_cast<std::size_t>(decision.scale)], calibration_);
  return candidate;
}

}  // namespace

ScaleDecision decide_scale(const std::vector<ResponseMap>& maps, const std::vector<float>& window,
                           double side, const SiamFcParameters& parameters) {
  const auto middle = static_cast<int>(maps.size()) / 2;
  ScaleDecision decision;
  ResponseMap winner;
  double best = 0;
  for (int i = 0; i < static_cast<int>(maps.size()); ++i) {
    ResponseMap large = upsample_bicubic(maps[static_cast<std::size_t>(i)], parameters.response_up);
    const double height = peak(large).value * (i == middle ? 1.0 : parameters.scale_penalty);
    if (i == 0 || height > best) {
      best = height;
      decision.scale = i;
      winner = std::move(large);
    }
  }
  add_window(winner, window, parameters.window_influence);
  const Peak top = peak(winner);
  const double factor = scale_factors(parameters)[static_cast<std::size_t>(decision.scale)];
  const double to_frame = static_cast<double>(parameters.stride) / parameters.response_up * side /
                          parameters.instance_size *
                          (parameters.follow_winner_scale ? factor : 1.0);
  decision.displacement_x = (top.column - parameters.peak_origin) * to_frame;
  decision.displacement_y = (top.row - parameters.peak_origin) * to_frame;
  decision.growth = (1 - parameters.scale_rate) + parameters.scale_rate * factor;
  return decision;
}

std::unique_ptr<const System> make_siamfc(const nlohmann::json& metadata, nn::Weights weights,
                                          HyperParameters values) {
  return std::make_unique<SiamFc>(metadata, std::move(weights), std::move(values),
                                  siamfc_backbone(metadata));
}

NetworkFigures siamfc_figures(const nlohmann::json& metadata, HyperParameters values) {
  const nn::Backbone plain = siamfc_backbone(metadata);
  const SiamFcParameters parameters = read_siamfc_parameters(metadata, std::move(values), plain);
  const nn::Backbone run = nn::fold_crops(plain);
  const std::int64_t kernel = nn::output_size(run, parameters.exemplar_size);
  const std::int64_t response = parameters.response_side;
  const std::int64_t correlation = kernel * kernel * run.channels.back() * response * response;
  return {nn::tensor_specs(plain), parameters.exemplar_size, parameters.instance_size,
          parameters.scales * (nn::macs(run, parameters.instance_size) + correlation)};
}

}  // namespace siamtrack
