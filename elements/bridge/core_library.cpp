// SPDX-License-Identifier: LGPL-2.1-or-later
#include "core_library.h"

#include <dlfcn.h>

#include <atomic>
#include <cstdlib>
#include <mutex>
#include <string>

#include "siamtrack/error.h"

namespace siamtrack::bridge {
namespace {

constexpr const char* kDefaultLibrary = "libsiamtrack.so.0";
constexpr const char* kEntryPoint = "siamtrack_plugin_api";

std::atomic<const PluginApi*> current_api = nullptr;

const PluginApi* load() {
  const char* chosen = std::getenv("SIAMTRACK_LIBRARY");
  const std::string file = chosen != nullptr ? chosen : kDefaultLibrary;
  // RTLD_NODELETE: LibTorch's threads and static registrations do not survive being unloaded.
  void* library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (library == nullptr) {
    throw Error(ErrorCode::kLibrary, "cannot load the tracking library " + file + ": " + dlerror());
  }
  using EntryPoint = const PluginApi* (*)(int);
  const auto entry = reinterpret_cast<EntryPoint>(dlsym(library, kEntryPoint));
  const PluginApi* api = entry != nullptr ? entry(kPluginApiVersion) : nullptr;
  dlclose(library);
  if (api == nullptr) {
    throw Error(ErrorCode::kLibrary,
                "the tracking library " + file + " does not fit this plugin: expected interface " +
                    std::to_string(kPluginApiVersion) + ", found " +
                    (entry != nullptr ? "another version" : "no function siamtrack_plugin_api"));
  }
  return api;
}

}  // namespace

const PluginApi& core_api() {
  static std::mutex loading;
  const std::lock_guard lock(loading);
  if (current_api == nullptr) current_api = load();
  return *current_api;
}

void replace_core_api(const PluginApi* api) { current_api = api; }

}  // namespace siamtrack::bridge
