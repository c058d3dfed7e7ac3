// SPDX-License-Identifier: LGPL-2.1-or-later
#include <ATen/ATen.h>

#include <map>

#include "systems/hyper_parameters.h"
#include "systems/makers.h"
#include "systems/siamfc.h"
#include "systems/system.h"

namespace siamtrack {
namespace {

struct Known {
  std::unique_ptr<const System> (*make)(const nlohmann::json& metadata, nn::Weights weights,
                                        HyperParameters values);
  NetworkFigures (*figures)(const nlohmann::json& metadata, HyperParameters values);
};

/// Every published system that a model file may ask for.
const std::map<std::string, Known, std::less<>>& systems() {
  static const std::map<std::string, Known, std::less<>> table{
      {"siamfc", {make_siamfc, siamfc_figures}},
      {"siamfc+", {make_siamfc, siamfc_figures}},
      {"siamrpn", {make_siamrpn, siamrpn_figures}},
      {"dasiamrpn", {make_dasiamrpn, siamrpn_figures}},
      {"siamrpn+", {make_siamrpn_plus, siamrpn_plus_figures}},
      {"siamrpn++", {make_siamrpn_plus_plus, siamrpn_plus_plus_figures}},
      {"siammask", {make_siammask, siammask_figures}},
      {"siammask++", {make_siammask, siammask_figures}},
      {"siammargin", {make_siammargin, siammargin_figures}},
      {"nanotrack", {make_nanotrack, nanotrack_figures}},
  };
  return table;
}

std::string known_names() {
  std::string names;
  for (const auto& [name, system] : systems()) names += (names.empty() ? "" : ", ") + name;
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

/// The system that the metadata names.
const Known& find_system(const std::string& name) {
  const auto found = systems().find(name);
  if (found != systems().end()) return found->second;
  throw Error(ErrorCode::kModelInvalid, "metadata architecture: expected one of [" + known_names() +
                                            "], found \"" + name + "\"");
}

}  // namespace

std::unique_ptr<const System> make_system(const nlohmann::json& metadata, nn::Weights weights,
                                          const std::string& preset,
                                          const nlohmann::json& overrides) {
  const std::string name = metadata.value("architecture", std::string());
  return find_system(name).make(metadata, std::move(weights),
                                HyperParameters(merged_values(metadata, preset, overrides), name));
}

NetworkFigures network_figures(const nlohmann::json& metadata) {
  const std::string name = metadata.value("architecture", std::string());
  return find_system(name).figures(metadata,
                                   HyperParameters(merged_values(metadata, "", {}), name));
}

}  // namespace siamtrack
