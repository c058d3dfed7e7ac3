// SPDX-License-Identifier: LGPL-2.1-or-later
#include "siamtrack/model.h"

#include <ATen/ATen.h>

#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "nn/device.h"
#include "nn/safetensors.h"
#include "siamtrack/error.h"
#include "track/model_impl.h"

namespace siamtrack {
namespace {

constexpr const char* kExtension = ".safetensors";

/// Folders a short name is looked up in, first match wins.
std::vector<std::string> model_folders() {
  std::vector<std::string> folders;
  if (const char* path = std::getenv("SIAMTRACK_MODEL_PATH")) {
    std::istringstream entries(path);
    for (std::string entry; std::getline(entries, entry, ':');) {
      if (!entry.empty()) folders.push_back(entry);
    }
  }
  folders.emplace_back(SIAMTRACK_MODELS_DIR);
  return folders;
}

bool is_short_name(const std::string& name) {
  return name.find('/') == std::string::npos && !name.ends_with(kExtension);
}

long long count_parameters(const nn::Weights& weights) {
  long long count = 0;
  for (const auto& [key, tensor] : weights) {
    const bool trained = !key.ends_with("running_mean") && !key.ends_with("running_var");
    if (trained) count += tensor.numel();
  }
  return count;
}

nlohmann::json parse_overrides(const std::string& text) {
  if (text.empty()) return {};
  nlohmann::json overrides = nlohmann::json::parse(text, nullptr, /*exceptions=*/false);
  if (!overrides.is_object()) {
    throw Error(ErrorCode::kInvalidArgument, "overrides: expected a JSON object, found " + text);
  }
  return overrides;
}

ModelInfo describe(const std::string& path, const nn::ModelFile& file, const at::Device& device) {
  ModelInfo info;
  info.path = path;
  info.architecture = file.metadata.value("architecture", std::string());
  info.backbone = file.metadata.value("backbone", std::string());
  info.licence = file.metadata.value("licence", std::string());
  info.device = device.str();
  info.parameters = count_parameters(file.weights);
  return info;
}

std::unique_ptr<Model::Impl> load_impl(const std::string& path, const ModelOptions& options) {
  auto impl = std::make_unique<Model::Impl>();
  nn::ModelFile file = nn::read_model_file(path);
  impl->device = nn::select_device(options);
  impl->threads = nn::select_threads(options);
  impl->info = describe(path, file, impl->device);
  for (auto& [key, tensor] : file.weights) tensor = tensor.to(impl->device);
  impl->system = make_system(file.metadata, std::move(file.weights), options.preset,
                             parse_overrides(options.overrides));
  impl->info.exemplar_size = impl->system->exemplar_size();
  impl->info.instance_size = impl->system->instance_size();
  impl->info.looks = impl->system->looks();
  return impl;
}

}  // namespace

std::string find_model(const std::string& name_or_path) {
  namespace fs = std::filesystem;
  if (!is_short_name(name_or_path)) return name_or_path;
  std::string looked;
  for (const std::string& folder : model_folders()) {
    const fs::path candidate = fs::path(folder) / (name_or_path + kExtension);
    if (fs::exists(candidate)) return candidate.string();
    looked += (looked.empty() ? "" : ", ") + folder;
  }
  throw Error(ErrorCode::kModelNotFound, "model " + name_or_path + ": expected " + name_or_path +
                                             kExtension + " in one of [" + looked +
                                             "], found none");
}

std::shared_ptr<const Model> Model::load(const std::string& name_or_path,
                                         const ModelOptions& options) {
  const std::string path = find_model(name_or_path);
  try {
    return std::shared_ptr<const Model>(new Model(load_impl(path, options)));
  } catch (const Error& error) {
    const std::string text = error.what();
    if (text.find(path) != std::string::npos) throw;
    throw Error(error.code(), "model file " + path + ": " + text);
  } catch (const nlohmann::json::exception& error) {
    throw Error(ErrorCode::kModelInvalid, "model file " + path + ": metadata: " + error.what());
  } catch (const c10::Error& error) {
    throw Error(ErrorCode::kModelInvalid,
                "model file " + path + ": " + error.what_without_backtrace());
  }
}

Model::Model(std::unique_ptr<const Impl> impl) : impl_(std::move(impl)) {}
Model::~Model() = default;

const ModelInfo& Model::info() const noexcept { return impl_->info; }

}  // namespace siamtrack
