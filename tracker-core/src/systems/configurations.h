// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace siamtrack {

/// A published tracker on one backbone.
struct Configuration {
  std::string name;         ///< "siamrpn++/resnet50"
  nlohmann::json metadata;  ///< of a model file of this kind, published hyper-parameters
};

/// SiamFC; SiamFC+ on every backbone, so that each other tracker finds one beside it on its own;
/// then every other published tracker on each backbone it was published with, SiamRPN+ on all of
/// SiamDW's.
std::vector<Configuration> configurations();

}  // namespace siamtrack
