// SPDX-License-Identifier: LGPL-2.1-or-later
#include <ATen/ATen.h>

#include <map>

#include "systems/hyper_parameters.h"
#include "systems/makers.h"
#include "systems/siamfc.h"
#include "systems/system.h"

namespace siamtrack {
namespace {

using Maker = std::unique_ptr<const System> (*)(const nlohmann::json& metadata, nn::Weights weights,
                                                HyperParameters values);

/// Every published system that a model file may ask for.
const std::map<std::string, Maker, std::less<>>& makers() {
  static const std::map<std::string, Maker, std::less<>> table{
      {"siamfc", make_siamfc},         {"siamfc+", make_siamfc},
      {"siamrpn", make_siamrpn},       {"dasiamrpn", make_dasiamrpn},
      {"siamrpn+", make_siamrpn_plus}, {"siamrpn++", make_siamrpn_plus_plus},
      {"nanotrack", make_nanotrack},
  };
  return table;
}

std::string known_names() {
  std::string names;
  for (const auto& [name, maker] : makers()) names += (names.empty() ? "" : ", ") + name;
  return names;
}

/// The model's hyper-parameters with the preset and the caller's overrides laid over them.
nlohmann::json merged_values(const nlohmann::json& metadata, const std::string& preset,
                             const nlohmann::json& overrides) {
  nlohmann::json values = metadata.value("hyper_parameters", nlohmann::json::object());
  if (!preset.empty()) {
    const nlohmann::json presets = metadata.value("presets", nlohmann::json::object());
    if (!presets.contains(preset)) {
      std::string names;
      for (const auto& [name, value] : presets.items()) names += (names.empty() ? "" : ", ") + name;
      throw Error(ErrorCode::kInvalidArgument,
                  "preset: expected one of [" + names + "], found " + preset);
    }
    values.update(presets.at(preset));
  }
  if (overrides.is_object()) values.update(overrides);
  return values;
}

}  // namespace

std::unique_ptr<const System> make_system(const nlohmann::json& metadata, nn::Weights weights,
                                          const std::string& preset,
                                          const nlohmann::json& overrides) {
  const std::string name = metadata.value("architecture", std::string());
  const auto maker = makers().find(name);
  if (maker == makers().end()) {
    throw Error(ErrorCode::kModelInvalid, "metadata architecture: expected one of [" +
                                              known_names() + "], found \"" + name + "\"");
  }
  return maker->second(metadata, std::move(weights),
                       HyperParameters(merged_values(metadata, preset, overrides), name));
}

}  // namespace siamtrack
