// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/teacher.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/core/grad_mode.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "nn/analysis.h"
#include "nn/check_weights.h"
#include "nn/device.h"
#include "siamtrack/error.h"
#include "training/task.h"

namespace siamtrack::training {
namespace {

constexpr char kDistanceBias[] = "ban_head.bbox_pred.0.bias";

/// On `device` before they are prepared: that chooses their layout by it.
nn::Weights checked(nn::ModelFile& file, const at::Device& device) {
  const std::string architecture = file.metadata.value("architecture", std::string());
  if (architecture != "nanotrack") {
    throw Error(ErrorCode::kModelInvalid,
                "teacher: expected architecture nanotrack, found " + architecture);
  }
  nn::check_weights(file.weights, nn::tensor_specs(NanoTrackSteps().layers()));
  for (auto& [key, tensor] : file.weights) tensor = tensor.to(device);
  return std::move(file.weights);
}

}  // namespace

Teacher::Teacher(nn::ModelFile file, const at::Device& device)
    : weights_(checked(file, device)), network_(NanoTrackSteps().prepared(weights_)) {}

Teacher::Lesson Teacher::teach(const at::Tensor& z, const at::Tensor& x) const {
  const at::NoGradGuard constant;
  Lesson lesson;
  lesson.output =
      network_.run(weights_, z, x, nn::Mode::kInference, [&](int step, const at::Tensor& result) {
        lesson.steps.push_back(result);
        if (network_.is_feature(step))
          (step % 2 == 0 ? lesson.z_features : lesson.x_features) = result;
        return result;
      });
  return lesson;
}

at::Tensor network_input(const at::Tensor& patches, const at::Device& device, at::ScalarType type) {
  return nn::in_layout_of_device(patches.to(device).permute({0, 3, 1, 2})).to(type);
}

nn::Weights nanotrack_initial_weights(const nn::Sequence& layers, double half_target,
                                      std::uint64_t seed) {
  nn::Weights weights = kaiming_weights(layers, seed);
  const at::Generator generator = at::detail::createCPUGenerator(seed);
  for (auto& [key, tensor] : weights) {  // fully connected layers of the channel gates
    if (tensor.dim() != 2) continue;
    tensor.normal_(0, std::sqrt(1.0 / static_cast<double>(tensor.size(1))), generator);
  }
  weights.at(kDistanceBias).fill_(std::log(half_target));
  return weights;
}

}  // namespace siamtrack::training
