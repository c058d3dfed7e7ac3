// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <ATen/ATen.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <string>

#include "nn/analysis.h"
#include "nn/backbones/backbones.h"
#include "nn/safetensors.h"

namespace siamtrack::testing {

/// Weights of a blueprint, drawn so that activations keep their size; the same in every run.
template <typename Blueprint>
nn::Weights random_weights(const Blueprint& blueprint, int seed = 1) {
  at::manual_seed(seed);
  nn::Weights weights;
  for (const nn::TensorSpec& spec : nn::tensor_specs(blueprint)) {
    double fan_in = 1;
    for (std::size_t i = 1; i < spec.shape.size(); ++i) fan_in *= static_cast<double>(spec.shape[i]);
    const bool convolution = spec.shape.size() == 4;
    const bool positive = spec.key.ends_with("running_var") || !convolution;
    at::Tensor value = at::randn(spec.shape) * (convolution ? std::sqrt(2 / fan_in) : 0.1);
    if (positive && !spec.key.ends_with("bias") && !spec.key.ends_with("running_mean")) value += 1;
    weights[spec.key] = value.abs().mul(positive ? 1 : 0) + value.mul(positive ? 0 : 1);
  }
  return weights;
}

/// A SiamFC+ model file with random weights, written once per process into the temporary folder.
inline std::string random_siamfc_model(const std::string& backbone = "ciresnet16h") {
  const std::string path = (std::filesystem::temp_directory_path() /
                            ("siamtrack-random-" + backbone + "-" + std::to_string(getpid()) +
                             ".safetensors")).string();
  if (std::filesystem::exists(path)) return path;
  const std::string prefix = "features.features.";
  nn::ModelFile file;
  file.weights = random_weights(nn::make_backbone(backbone, prefix));
  file.metadata = {{"format", 1}, {"architecture", "siamfc+"}, {"backbone", backbone},
                   {"licence", "LGPL-2.1-or-later"}};
  nn::write_model_file(path, file);
  return path;
}

}  // namespace siamtrack::testing
