// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "systems/anchor_system.h"
#include "systems/configurations.h"
#include "systems/network_figures.h"

/// Systems that are made to be asked for their settings.
namespace siamtrack::testing {

/// Of the configuration of this name.
inline nlohmann::json metadata_of(const std::string& name) {
  for (const Configuration& one : configurations()) {
    if (one.name == name) return one.metadata;
  }
  ADD_FAILURE() << "no configuration " << name;
  return {};
}

/// Zeros for the tensors of a configuration whose keys begin with `prefix`.
inline nn::Weights zeros_of(const std::string& name, const std::string& prefix) {
  nn::Weights weights;
  for (const nn::TensorSpec& spec : network_figures(metadata_of(name)).tensors) {
    if (spec.key.starts_with(prefix)) weights[spec.key] = at::zeros(spec.shape);
  }
  return weights;
}

/// The system of a configuration, with a network that takes next to no memory and cannot be run
/// but for the tensors that are given.
inline std::unique_ptr<const System> system_of(const std::string& name, nn::Weights given = {}) {
  const nlohmann::json metadata = metadata_of(name);
  for (const nn::TensorSpec& spec : network_figures(metadata).tensors) {
    given.try_emplace(spec.key, at::zeros({}).expand(spec.shape));
  }
  return make_system(metadata, std::move(given), "", {});
}

/// Lets the settings of any anchor-based system be read.
struct Opened : AnchorSystem {
  using AnchorSystem::setup;
  using RpnSystem::parameters;
};

inline const RpnSystemParameters& parameters_of(const System& system) {
  return (dynamic_cast<const RpnSystem&>(system).*&Opened::parameters)();
}

inline const AnchorSetup& setup_of(const System& system) {
  return (dynamic_cast<const AnchorSystem&>(system).*&Opened::setup)();
}

}  // namespace siamtrack::testing
