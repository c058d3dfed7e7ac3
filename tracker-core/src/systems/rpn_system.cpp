// SPDX-License-Identifier: LGPL-2.1-or-later
#include "systems/rpn_system.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace siamtrack {
namespace {

constexpr int kLargestPatch = 1024;  // network px; bounds memory
constexpr int kMostLooks = 8;        // bounds time

bool is_finite(const Box& box) {
  return std::isfinite(box.x) && std::isfinite(box.y) && std::isfinite(box.width) &&
         std::isfinite(box.height);
}

}  // namespace

RpnSystemParameters read_rpn_parameters(HyperParameters& values,
                                        const RpnSystemParameters& defaults) {
  RpnSystemParameters p = defaults;
  const auto patch = [&](const char* key, int fallback, int lowest) {
    return values.integer(key, fallback, lowest, kLargestPatch);
  };
  p.decode.penalty_k = values.number("penalty_k", p.decode.penalty_k, 0, 10);
  p.decode.window_influence = values.number("window_influence", p.decode.window_influence, 0, 1);
  p.decode.learning_rate = values.number("learning_rate", p.decode.learning_rate, 0, 1);
  p.exemplar_size = patch("exemplar_size", p.exemplar_size, 32);
  p.instance_size = patch("instance_size", p.instance_size, 64);
  p.small_instance_size = patch("small_instance_size", p.small_instance_size, 0);
  p.small_area = values.number("small_area", p.small_area, 0, 1);
  p.lost_instance_size = patch("lost_instance_size", p.lost_instance_size, 0);
  p.lost_instance_step = patch("lost_instance_step", p.lost_instance_step, 0);
  p.lost_window_influence = values.number("lost_window_influence", p.lost_window_influence, 0, 1);
  p.looks = values.integer("looks", p.looks, 1, kMostLooks);
  p.closer_instance_size = patch("closer_instance_size", p.closer_instance_size, 0);
  p.keep_tightness = values.number("keep_tightness", p.keep_tightness, 0, 1);
  p.exact_windows = values.flag("exact_windows", p.exact_windows);
  return p;
}

void check_patches(const RpnSystemParameters& parameters,
                   const std::function<int(int)>& response_side) {
  const RpnSystemParameters& p = parameters;
  for (const int patch :
       {p.instance_size, p.small_instance_size, p.closer_instance_size, p.lost_instance_size}) {
    if (patch != 0) require_response(response_side(patch), p.exemplar_size, patch);
  }
}

LogitLine read_score_calibration(const nlohmann::json& metadata) {
  HyperParameters values(metadata.value("confidence", nlohmann::json::object()), "confidence");
  constexpr double kLargest = 100;
  LogitLine calibration;
  calibration.slope = values.number("slope", calibration.slope, 0, kLargest);
  calibration.centre = values.number("centre", calibration.centre, -kLargest, kLargest);
  values.reject_unknown();
  return calibration;
}

RpnSystem::RpnSystem(const RpnSystemParameters& parameters, const LogitLine& calibration,
                     Rounding rounding)
    : parameters_(parameters), calibration_(calibration), rounding_(rounding) {}

bool RpnSystem::is_small(double area, Size frame) const {
  const double frame_area = static_cast<double>(frame.width) * frame.height;
  return area < parameters_.small_area * frame_area;
}

int RpnSystem::patch_side(const TrackState& state, Size frame) const {
  const RpnSystemParameters& p = parameters_;
  const bool small = p.small_instance_size > 0 && is_small(state.initial_area, frame);
  const int normal = small ? p.small_instance_size : p.instance_size;
  if (p.lost_instance_size <= normal || state.status != TrackStatus::kLost) return normal;
  if (p.lost_instance_step == 0) return p.lost_instance_size;
  const int steps = std::min(state.lost_frames + 1, p.lost_instance_size);  // bounded product
  return std::min(p.lost_instance_size, normal + steps * p.lost_instance_step);
}

SearchPlan RpnSystem::plan(const TrackState& state, Size frame) const {
  return plan_of(state, patch_side(state, frame));
}

SearchPlan RpnSystem::closer_plan(const TrackState& state, Size frame) const {
  const int side = parameters_.closer_instance_size;
  return side > 0 ? plan_of(state, side) : plan(state, frame);
}

SearchPlan RpnSystem::plan_of(const TrackState& state, int patch_side, int context) const {
  SearchPlan plan;
  plan.patch_side = patch_side;
  plan.scale =
      (context > 0 ? context : parameters_.exemplar_size) / context_side(state.width, state.height);
  plan.centre_x = state.centre_x;
  plan.centre_y = state.centre_y;
  const SubWindow window =
      sub_window(state.centre_x, state.centre_y, plan.patch_side / plan.scale, rounding_);
  plan.windows = {window};
  if (parameters_.exact_windows) {
    plan.scale = static_cast<double>(patch_side) / window.size;
    plan.centre_x = window.x + window.size / 2.0;
    plan.centre_y = window.y + window.size / 2.0;
  }
  return plan;
}

Candidate RpnSystem::decode(const std::vector<at::Tensor>& responses, const TrackState& state,
                            const SearchPlan& plan, Size frame) const {
  RpnParameters parameters = parameters_.decode;
  if (state.status == TrackStatus::kLost && parameters_.lost_instance_size > 0) {
    parameters.window_influence = parameters_.lost_window_influence;
  }
  Proposals boxes = proposals(responses, plan.patch_side);
  const Extent before{state.width * plan.scale, state.height * plan.scale};
  Choice choice = choose(boxes, before, parameters);
  if (std::vector<float> ranks = rerank(responses, boxes, choice); !ranks.empty()) {
    boxes.score.swap(ranks);
    choice = choose(boxes, before, parameters);
    choice.score = ranks[choice.index];  // report the network's own score
  }
  const Box looked_at = Box::from_centre(plan.centre_x, plan.centre_y, state.width, state.height);
  const Box box = updated_box(boxes, choice, looked_at, plan.scale, parameters.learning_rate);
  Candidate candidate;
  if (!is_finite(box)) {  // extreme or broken weights overflow exp(): stay where we are
    candidate.box = to_box(state);
    return candidate;
  }
  candidate.box = clip_to_frame(box, frame);
  candidate.score = calibrated(choice.score, calibration_);
  candidate.evidence = {.offset_x = boxes.centre_x[choice.index],
                        .offset_y = boxes.centre_y[choice.index],
                        .width = boxes.width[choice.index],
                        .height = boxes.height[choice.index],
                        .score = choice.score,
                        .ranking = choice.ranking};
  describe(candidate, responses, choice, state, plan, frame);
  return candidate;
}

std::vector<std::vector<at::Tensor>> to_responses(const std::vector<at::Tensor>& maps) {
  const at::Tensor all = at::cat(maps, 1).to(at::kCPU).contiguous();
  std::vector<std::vector<at::Tensor>> responses;
  for (std::int64_t b = 0; b < all.size(0); ++b) responses.push_back({all.narrow(0, b, 1)});
  return responses;
}

std::vector<at::Tensor> batch_templates(std::span<const Template* const> templates) {
  if (templates.size() == 1) return *templates.front();
  std::vector<at::Tensor> batches;
  for (std::size_t i = 0; i < templates.front()->size(); ++i) {
    std::vector<at::Tensor> parts;
    for (const Template* one : templates) parts.push_back((*one)[i]);
    batches.push_back(at::cat(parts, 0));
  }
  return batches;
}

}  // namespace siamtrack
