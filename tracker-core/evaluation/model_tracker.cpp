// SPDX-License-Identifier: LGPL-2.1-or-later
#include <array>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>

#include "evaluation/frame_source.h"
#include "evaluation/region.h"
#include "evaluation/tracker.h"
#include "siamtrack/error.h"
#include "siamtrack/track.h"

namespace siamtrack::evaluation {
namespace {

namespace fs = std::filesystem;

class ModelTracker final : public Tracker {
 public:
  ModelTracker(std::shared_ptr<const Model> model, const TrackConfig& config)
      : model_(std::move(model)), config_(config) {}

  void init(const cv::Mat& frame, const Box& box) override {
    require_trackable(box, frame);
    track_ = std::make_unique<Track>(model_, config_, view_of(frame), box);
  }
  TrackResult update(const cv::Mat& frame) override { return track_->update(view_of(frame)); }

 private:
  std::shared_ptr<const Model> model_;
  TrackConfig config_;
  std::unique_ptr<Track> track_;  ///< from init() on
};

/// 64-bit FNV-1a of a file, as hexadecimal digits.
std::string digest(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  std::array<char, 65536> chunk{};
  while (stream.read(chunk.data(), chunk.size()), stream.gcount() > 0) {
    for (std::streamsize i = 0; i < stream.gcount(); ++i) {
      hash = (hash ^ static_cast<unsigned char>(chunk[static_cast<std::size_t>(i)])) *
             0x100000001b3ULL;
    }
  }
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(hash));
  return text.data();
}

class ModelFactory final : public TrackerFactory {
 public:
  ModelFactory(const std::string& name_or_path, std::string label, const TrackerOptions& options)
      : path_(find_model(name_or_path)), label_(std::move(label)), options_(options) {
    if (!options.model.preset.empty()) label_ += "-" + options.model.preset;
    const auto& track = options.track;
    fingerprint_ = "siamtrack " SIAMTRACK_VERSION " model " + digest(path_) + " preset '" +
                   options.model.preset + "' overrides '" + options.model.overrides + "' lost " +
                   std::to_string(track.lost_threshold) + " found " +
                   std::to_string(track.found_threshold) + " redetect " +
                   std::to_string(static_cast<int>(track.redetect));
  }
  const std::string& label() const override { return label_; }
  std::string fingerprint() const override { return fingerprint_; }
  std::unique_ptr<Tracker> make() const override {
    if (!model_) model_ = Model::load(path_, options_.model);
    return std::make_unique<ModelTracker>(model_, options_.track);
  }

 private:
  std::string path_;
  std::string label_;
  TrackerOptions options_;
  std::string fingerprint_;
  // Loaded in the process that needs it: worker processes are forked before.
  mutable std::shared_ptr<const Model> model_;
};

std::string stem_of(const std::string& name_or_path) {
  return fs::path(name_or_path).stem().string();
}

std::string folder_of(const std::string& name_or_path) {
  return fs::absolute(find_model(name_or_path))
      .lexically_normal()
      .parent_path()
      .filename()
      .string();
}

}  // namespace

void require_trackable(const Box& box, const cv::Mat& frame) {
  const std::string objection = check_box(box, {frame.cols, frame.rows});
  if (objection.empty()) return;
  throw Error(ErrorCode::kRejectedBox, "initial box " + format_region(box, 1) +
                                           " cannot be followed in a frame of " +
                                           std::to_string(frame.cols) + "x" +
                                           std::to_string(frame.rows) + " px: " + objection);
}

std::unique_ptr<TrackerFactory> make_model_factory(const std::string& name_or_path,
                                                   const TrackerOptions& options) {
  return std::make_unique<ModelFactory>(name_or_path, stem_of(name_or_path), options);
}

std::vector<std::shared_ptr<TrackerFactory>> make_model_factories(
    const std::vector<std::string>& names_or_paths, const TrackerOptions& options) {
  std::map<std::string, int> count;
  for (const auto& model : names_or_paths) ++count[stem_of(model)];
  std::vector<std::shared_ptr<TrackerFactory>> factories;
  for (const auto& model : names_or_paths) {
    const std::string stem = stem_of(model);
    const std::string label = count[stem] > 1 ? folder_of(model) + "-" + stem : stem;
    factories.push_back(std::make_shared<ModelFactory>(model, label, options));
  }
  return factories;
}

}  // namespace siamtrack::evaluation
