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
  nlohmann::json overrides = nn::parse_json(text, ErrorCode::kInvalidArgument, "overrides");
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

[[noreturn]] void fail(ErrorCode code, const std::string& path, const std::string& what) {
  throw Error(code, "model file " + path + ": " + what);
}

}  // namespace

std::string find_model(const std::string& name_or_path) {
  namespace fs = std::filesystem;
  if (!is_short_name(name_or_path)) return name_or_path;
  std::string looked;
  for (const std::string& folder : model_folders()) {
    const fs::path candidate = fs::path(folder) / (name_or_path + kExtension);
    std::error_code unreadable;  // such a folder holds no model, the next one may
    if (fs::exists(candidate, unreadable)) return candidate.string();
    looked += (looked.empty() ? "" : ", ") + folder;
  }
  throw Error(ErrorCode::kModelNotFound, "model " + name_or_path + ": expected " + name_or_path +
                                             kExtension + " in one of [" + looked +
                                             "], found none");
}

std::shared_ptr<const Model> Model::load(const std::string& name_or_path,
                                         const ModelOptions& options) {
  std::string path = name_or_path;
  try {
    path = find_model(name_or_path);
    return std::shared_ptr<const Model>(new Model(load_impl(path, options)));
  } catch (const Error& error) {
    const std::string text = error.what();
    if (text.find(path) != std::string::npos) throw;
    fail(error.code(), path, text);
  } catch (const nlohmann::json::exception& error) {
    fail(ErrorCode::kModelInvalid, path, std::string("metadata: ") + error.what());
  } catch (const c10::OutOfMemoryError& error) {
    fail(ErrorCode::kOutOfMemory, path, error.what_without_backtrace());
  } catch (const c10::Error& error) {
    fail(ErrorCode::kModelInvalid, path, error.what_without_backtrace());
  } catch (const std::bad_alloc&) {
    fail(ErrorCode::kOutOfMemory, path, "no memory left for the network");
  } catch (const std::exception& error) {
    fail(ErrorCode::kInternal, path, error.what());
  }
}

Model::Model(std::unique_ptr<const Impl> impl) : impl_(std::move(impl)) {}
Model::~Model() = default;

const ModelInfo& Model::info() const noexcept { return impl_->info; }

}  // namespace siamtrack
