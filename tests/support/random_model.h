// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <filesystem>
#include <string>

#include "nn/backbones/backbones.h"
#include "nn/drawn_weights.h"
#include "nn/safetensors.h"
#include "temporary_file.h"

namespace siamtrack::testing {

/// A SiamFC+ model file with random weights, written once per process into the temporary folder.
inline std::string random_siamfc_model() {
  static const TemporaryFile file("-siamtrack-random.safetensors");
  const std::string& path = file.path;
  if (std::filesystem::exists(path)) return path;
  const std::string backbone = "ciresnet16h";
  const std::string prefix = "features.features.";
  nn::ModelFile model;
  model.weights = nn::draw_weights(nn::tensor_specs(nn::make_backbone(backbone, prefix)));
  model.metadata = {{"format", 1},
                    {"architecture", "siamfc+"},
                    {"backbone", backbone},
                    {"licence", "LGPL-2.1-or-later"}};
  nn::write_model_file(path, model);
  return path;
}

}  // namespace siamtrack::testing
