// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/distill_task.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/core/grad_mode.h>

#include <bit>
#include <cmath>
#include <nlohmann/json.hpp>
#include <random>

#include "nn/analysis.h"
#include "nn/check_weights.h"
#include "siamtrack/error.h"
#include "training/distill_loss.h"

namespace siamtrack::training {
namespace {

constexpr int kStride = 16;                // network px per cell
constexpr double kFirstLogDistance = 3.5;  // log of 33 px: half a usual target in the search patch
constexpr double kRelativeFloor = 0.1;     // of the feature distance: below, it hardly counts
constexpr double kLeastIntermediate = 0.15;  // part of the early steps' weight left at the end
constexpr char kDistanceBias[] = "ban_head.bbox_pred.0.bias";

nn::Weights checked(nn::ModelFile& teacher, const NanoTrackSteps& steps) {
  const std::string architecture = teacher.metadata.value("architecture", std::string());
  if (architecture != "nanotrack") {
    throw Error(ErrorCode::kModelInvalid,
                "teacher: expected architecture nanotrack, found " + architecture);
  }
  nn::check_weights(teacher.weights, nn::tensor_specs(steps.layers()));
  return std::move(teacher.weights);
}

at::Tensor pixels(const at::Tensor& patches, const at::Device& device) {
  return patches.to(device).permute({0, 3, 1, 2}).to(at::kFloat);
}

/// A generator that depends on the moment of the run alone, so that a resumed run is the same.
std::mt19937_64 generator_at(double progress, std::uint64_t seed) {
  return std::mt19937_64(std::bit_cast<std::uint64_t>(progress) ^ seed);
}

}  // namespace

struct DistillTask::Lesson {
  std::vector<at::Tensor> steps;
  NanoTrackSteps::Output output;
};

DistillTask::DistillTask(const Recipe& recipe, nn::ModelFile teacher)
    : recipe_(recipe),
      teacher_weights_(checked(teacher, student_)),
      teacher_(student_.prepared(teacher_weights_)) {}

nn::Weights DistillTask::initial_weights(std::uint64_t seed) const {
  nn::Weights weights = kaiming_weights(student_.layers(), seed);
  const at::Generator generator = at::detail::createCPUGenerator(seed);
  for (auto& [key, tensor] : weights) {  // fully connected layers of the channel gates
    if (tensor.dim() != 2) continue;
    tensor.normal_(0, std::sqrt(1.0 / static_cast<double>(tensor.size(1))), generator);
  }
  weights.at(kDistanceBias).fill_(kFirstLogDistance);
  return weights;
}

bool DistillTask::trainable(const std::string& key, double) const {
  return key.find(".running_") == std::string::npos;
}

DistillTask::Lesson DistillTask::teach(const at::Tensor& z, const at::Tensor& x) const {
  const at::NoGradGuard constant;
  Lesson lesson;
  lesson.output = teacher_.run(teacher_weights_, z, x, nn::Mode::kInference,
                               [&](int, const at::Tensor& result) {
                                 lesson.steps.push_back(result);
                                 return result;
                               });
  return lesson;
}

StepLoss DistillTask::loss(const nn::Weights& weights, const Batch& batch, double progress) const {
  const DistillRecipe& mix = recipe_.distill;
  const at::Device device = weights.begin()->second.device();
  const at::Tensor z = pixels(batch.exemplars, device);
  const at::Tensor x = pixels(batch.searches, device);
  const Lesson lesson = teach(z, x);
  std::mt19937_64 random = generator_at(progress, recipe_.seed);
  std::bernoulli_distribution forced(
      mix.forced * std::max(0.0, 1 - progress / std::max(mix.forced_until, 1e-9)));
  at::Tensor features = at::zeros({}, z.options());
  at::Tensor intermediate = at::zeros({}, z.options());
  const auto observe = [&](int step, const at::Tensor& own) {
    const at::Tensor& taught = lesson.steps[step];
    const auto row = static_cast<std::int64_t>(random() % 1024);
    // The logarithm gives steps far from the teacher no more weight than those close to it.
    const at::Tensor distance = (feature_distance(own, taught, row) + kRelativeFloor).log();
    (student_.is_feature(step) ? features : intermediate) += distance;
    return forced(random) ? taught : own;
  };
  const nn::Mode mode = progress < mix.frozen_statistics ? nn::Mode::kTrain : nn::Mode::kEval;
  const NanoTrackSteps::Output output = student_.run(weights, z, x, mode, observe);

  const int cells = static_cast<int>(output.logits.size(3));
  const PointLabels labels =
      assign_points(batch.targets, recipe_.pairs.instance_size, cells, kStride).to(device);
  const at::Tensor foreground = lesson.output.logits.softmax(1).select(1, 1);
  const at::Tensor classes = class_distance(output.logits, lesson.output.logits);
  const at::Tensor sides =
      side_distance(output.log_distances, lesson.output.log_distances, foreground);
  const at::Tensor labelled = labelled_class_loss(output.logits, labels) +
                              labelled_box_loss(output.log_distances, labels, kStride);
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
  nn::Weights out;
  for (const auto& [key, tensor] : weights) out[key] = tensor.detach().cpu().contiguous();
  return out;
}

int DistillTask::import_weights(const nn::Weights& model, nn::Weights& weights) const {
  nn::check_weights(model, nn::tensor_specs(student_.layers()));
  for (auto& [key, tensor] : weights) {
    const auto format = tensor.suggest_memory_format();
    tensor = model.at(key).clone().contiguous(format);
  }
  return static_cast<int>(weights.size());
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
