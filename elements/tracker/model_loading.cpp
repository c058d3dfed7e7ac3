// SPDX-License-Identifier: LGPL-2.1-or-later
#include <optional>

#include "bridge/core_library.h"
#include "bridge/guard.h"
#include "element_state.h"

#define GST_CAT_DEFAULT gst_siamtrack_debug

namespace siamtrack::tracker {
namespace {

/// Name and options of the model that the properties ask for.
std::pair<std::string, ModelOptions> wanted(SharedState& shared) {
  const std::lock_guard lock(shared.mutex);
  return {shared.settings.model, shared.settings.options};
}

/// Loads the model; says what it is.
std::shared_ptr<const PluginModel> load(GstSiamTrack* self, const std::string& name,
                                        const ModelOptions& options) {
  std::shared_ptr<const PluginModel> model = bridge::core_api().open_model(name, options);
  const ModelInfo& info = model->info();
  GST_INFO_OBJECT(
      self, "model %s: %s with %s, %lld parameters, on %s%s", info.path.c_str(),
      info.architecture.c_str(), info.backbone.c_str(), info.parameters, info.device.c_str(),
      options.device == Device::kAuto && info.device == "cpu" ? " (device=auto, CUDA is not usable)"
                                                              : "");
  return model;
}

void reopen(GstElement* element, gpointer) {
  auto* self = GST_SIAMTRACK(element);
  SharedState& shared = self->state->shared;
  bridge::guarded_warning(element, [&] {
    const auto [name, options] = wanted(shared);
    auto model = load(self, name, options);
    const std::lock_guard lock(shared.mutex);
    // Meanwhile the element may have gone to NULL, or another model may be wanted.
    if (shared.model != nullptr && shared.settings.model == name &&
        shared.settings.options == options) {
      shared.model = std::move(model);
    }
  });
}

}  // namespace

void open_model(GstSiamTrack* self) {
  SharedState& shared = self->state->shared;
  const auto [name, options] = wanted(shared);
  auto model = load(self, name, options);
  const std::lock_guard lock(shared.mutex);
  shared.model = std::move(model);
}

void reopen_model(GstSiamTrack* self) {
  gst_element_call_async(GST_ELEMENT(self), reopen, nullptr, nullptr);
}

}  // namespace siamtrack::tracker
