// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/distill_task.h"

#include <ATen/ATen.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "training/distill_loss.h"
#include "training/mixed_precision.h"

namespace siamtrack::training {
namespace {

constexpr int kRows = 1024;                  // a random row is taken modulo the features' own
constexpr double kRelativeFloor = 0.1;       // of the feature distance: below, it hardly counts
constexpr double kLeastIntermediate = 0.15;  // part of the early steps' weight left at the end

}  // namespace

DistillTask::DistillTask(const Recipe& recipe, nn::ModelFile teacher, const at::Device& device)
    : recipe_(recipe), teacher_(std::move(teacher), device) {}

nn::Weights DistillTask::initial_weights(std::uint64_t seed) const {
  return nanotrack_initial_weights(student_.layers(), Teacher::kHalfTarget, seed);
}

double DistillTask::rate_factor(const std::string&, double) const { return 1; }

StepLoss DistillTask::loss(const nn::Weights& weights, const Batch& batch, double progress) const {
  const DistillRecipe& mix = recipe_.distill;
  const at::Device device = weights.begin()->second.device();
  const at::Tensor z = network_input(batch.exemplars, device);
  const at::Tensor x = network_input(batch.searches, device);
  const int cells = student_.response_side(static_cast<int>(batch.searches.size(1)));
  const PointLabels labels =
      assign_points(batch.targets, recipe_.pairs.instance_size, cells, Teacher::kStride).to(device);
  const Teacher::Lesson lesson = teacher_.teach(z, x);
  const at::ScalarType type = convolution_type(recipe_);
  Random random = generator_at(progress, recipe_.seed);
  const double forced = mix.forced * std::max(0.0, 1 - progress / std::max(mix.forced_until, 1e-9));
  at::Tensor features = at::zeros({}, z.options());
  at::Tensor intermediate = at::zeros({}, z.options());
  const auto observe = [&](int step, const at::Tensor& own) {
    const at::Tensor& taught = lesson.steps[step];
    const int row = random.below(kRows);
    // The logarithm gives steps far from the teacher no more weight than those close to it.
    const at::Tensor distance =
        (feature_distance(own.to(at::kFloat), taught, row) + kRelativeFloor).log();
    (student_.is_feature(step) ? features : intermediate) += distance;
    return random.chance(forced) ? taught.to(type) : own;
  };
  const nn::Mode mode = progress < mix.frozen_statistics ? nn::Mode::kTrain : nn::Mode::kEval;
  const NanoTrackSteps::Output output =
      student_.run(with_convolutions_as(weights, type), z.to(type), x.to(type), mode, observe);
  const at::Tensor logits = output.logits.to(at::kFloat);
  const at::Tensor log_distances = output.log_distances.to(at::kFloat);

  const at::Tensor foreground = lesson.output.logits.softmax(1).select(1, 1);
  const at::Tensor classes = class_distance(logits, lesson.output.logits);
  const at::Tensor sides = side_distance(log_distances, lesson.output.log_distances, foreground);
  const at::Tensor labelled = labelled_class_loss(logits, labels) +
                              labelled_box_loss(log_distances, labels, Teacher::kStride);
  const double early = std::max(kLeastIntermediate, (1 + std::cos(M_PI * progress)) / 2);
  StepLoss loss;
  loss.total = mix.intermediate * early * intermediate + mix.features * features +
               mix.classes * classes + mix.sides * sides + mix.labels * labelled;
  loss.parts = {{"steps", intermediate.detach()},
                {"features", features.detach()},
                {"classes", classes.detach()},
                {"sides", sides.detach()},
                {"labels", labelled.detach()}};
  return loss;
}

nn::Weights DistillTask::export_weights(const nn::Weights& weights) const {
  return detached(weights);
}

Imported DistillTask::import_weights(const nn::ModelFile& model, nn::Weights& weights) const {
  return replace_all(model, student_.layers(), weights);
}

nlohmann::json DistillTask::metadata(const nn::Weights&) const {
  return {{"format", 1},
          {"architecture", recipe_.architecture},
          {"version", "v3"},
          {"backbone", recipe_.backbone},
          {"exemplar_size", recipe_.pairs.exemplar_size},
          {"instance_size", recipe_.pairs.instance_size}};
}

}  // namespace siamtrack::training
