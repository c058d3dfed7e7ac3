// SPDX-License-Identifier: LGPL-2.1-or-later
#include "siamtrack/plugin_api.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <tuple>
#include <utility>
#include <vector>

#include "siamtrack/track.h"

namespace siamtrack {
namespace {

class Target final : public PluginTarget {
 public:
  explicit Target(Track track) : track_(std::move(track)) {}
  const TrackResult& result() const override { return track_.result(); }
  void rescale(Size from, Size to) override { track_.rescale(from, to); }
  void configure(const TrackConfig& config) override { track_.configure(config); }
  void suggest(const Box& box) override { track_.suggest(box); }
  Track& track() { return track_; }

 private:
  Track track_;
};

class LoadedModel final : public PluginModel {
 public:
  explicit LoadedModel(std::shared_ptr<const Model> model) : model_(std::move(model)) {}

  const ModelInfo& info() const override { return model_->info(); }

  std::unique_ptr<PluginTarget> start(const TrackConfig& config, const FrameView& frame,
                                      const Box& box) const override {
    return std::make_unique<Target>(Track(model_, config, frame, box));
  }

  std::vector<TrackResult> update(std::span<PluginTarget* const> targets,
                                  const FrameView& frame) const override {
    std::vector<Track*> tracks;
    tracks.reserve(targets.size());
    for (PluginTarget* target : targets) tracks.push_back(&static_cast<Target*>(target)->track());
    return update_all(tracks, frame);
  }

 private:
  std::shared_ptr<const Model> model_;
};

/// The first passes through a network compile its layers and fill its caches, on a GPU for seconds:
/// better while the pipeline starts than between two of its frames.
void warm_up(const std::shared_ptr<const Model>& model) {
  constexpr int kSide = 256;  // px
  const std::vector<std::uint8_t> grey(std::size_t{kSide} * kSide, 128);
  FrameView frame;
  frame.format = PixelFormat::kGray8;
  frame.size = {kSide, kSide};
  frame.planes[0] = {grey.data(), kSide};
  Track(model, {}, frame, {kSide / 4.0, kSide / 4.0, kSide / 2.0, kSide / 2.0}).update(frame);
}

/// Two loads with equal keys give the same network. The time of the last change is part of it, so
/// that a model file that was written anew is read anew.
using ModelKey = std::tuple<std::string, std::filesystem::file_time_type, Device, int, int,
                            std::string, std::string>;

std::shared_ptr<const PluginModel> open_model(const std::string& name_or_path,
                                              const ModelOptions& options) {
  static std::mutex mutex;
  static std::map<ModelKey, std::weak_ptr<const PluginModel>> models;
  const std::string path = find_model(name_or_path);
  std::error_code unreadable;  // Model::load() says what is wrong with the file
  const ModelKey key{path,
                     std::filesystem::last_write_time(path, unreadable),
                     options.device,
                     options.device_id,
                     options.num_threads,
                     options.preset,
                     options.overrides};
  const std::lock_guard lock(mutex);
  std::erase_if(models, [](const auto& entry) { return entry.second.expired(); });
  std::weak_ptr<const PluginModel>& known = models[key];
  if (auto model = known.lock()) return model;
  const std::shared_ptr<const Model> loaded = Model::load(path, options);
  warm_up(loaded);
  auto model = std::make_shared<LoadedModel>(loaded);
  known = model;
  return model;
}

constexpr PluginApi kApi{open_model, check_box};

}  // namespace
}  // namespace siamtrack

const siamtrack::PluginApi* siamtrack_plugin_api(int version) {
  return version == siamtrack::kPluginApiVersion ? &siamtrack::kApi : nullptr;
}
