// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <unistd.h>

#include <filesystem>
#include <string>

#include "nn/backbones/backbones.h"
#include "nn/safetensors.h"
#include "random_weights.h"

namespace siamtrack::testing {

/// A SiamFC+ model file with random weights, written once per process into the temporary folder.
inline std::string random_siamfc_model(const std::string& backbone = "ciresnet16h") {
  const std::string path = (std::filesystem::temp_directory_path() /
                            ("siamtrack-random-" + backbone + "-" + std::to_string(getpid()) +
                             ".safetensors")).string();
  if (std::filesystem::exists(path)) return path;
  const std::string prefix = "features.features.";
  nn::ModelFile file;
  file.weights = random_weights(nn::tensor_specs(nn::make_backbone(backbone, prefix)));
  file.metadata = {{"format", 1}, {"architecture", "siamfc+"}, {"backbone", backbone},
                   {"licence", "LGPL-2.1-or-later"}};
  nn::write_model_file(path, file);
  return path;
}

}  // namespace siamtrack::testing
