// SPDX-License-Identifier: LGPL-2.1-or-later
#include "options.h"

#include <CLI/CLI.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <vector>

namespace siamtrack::tools {
namespace {

/// "NAME=VALUE" pairs as the JSON object that ModelOptions wants; Model::load() says which names
/// and values are none.
std::string to_overrides(const std::vector<std::string>& pairs) {
  nlohmann::json values = nlohmann::json::object();
  for (const std::string& pair : pairs) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string::npos) {
      throw CLI::ValidationError("--set", "expected NAME=VALUE, found " + pair);
    }
    const std::string value = pair.substr(equals + 1);
    const nlohmann::json parsed = nlohmann::json::parse(value, nullptr, /*allow_exceptions=*/false);
    values[pair.substr(0, equals)] = parsed.is_discarded() ? nlohmann::json(value) : parsed;
  }
  return values.dump();
}

}  // namespace

void add_tracker_options(CLI::App& app, evaluation::TrackerOptions& options) {
  const std::map<std::string, Device> devices = {
      {"auto", Device::kAuto}, {"cpu", Device::kCpu}, {"cuda", Device::kCuda}};
  const std::map<std::string, Redetect> modes = {
      {"none", Redetect::kNone}, {"local", Redetect::kLocal}, {"global", Redetect::kGlobal}};
  app.add_option("--device", options.model.device, "auto, cpu or cuda")
      ->transform(CLI::CheckedTransformer(devices));
  app.add_option("--threads", options.model.num_threads, "CPU threads of one tracker");
  app.add_option("--preset", options.model.preset, "Named hyper-parameters of the model file");
  app.add_option_function<std::vector<std::string>>(
         "--set", [&options](const auto& pairs) { options.model.overrides = to_overrides(pairs); },
         "Hyper-parameter of the model, NAME=VALUE; may be repeated")
      ->allow_extra_args(false);
  app.add_option("--lost-threshold", options.track.lost_threshold,
                 "Score under which is uncertain");
  app.add_option("--found-threshold", options.track.found_threshold, "Score that is found again");
  app.add_option("--redetect", options.track.redetect, "Where a lost target is searched for")
      ->transform(CLI::CheckedTransformer(modes));
}

}  // namespace siamtrack::tools
