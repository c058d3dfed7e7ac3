// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "siamtrack/config.h"
#include "siamtrack/export.h"
#include "siamtrack/frame_view.h"
#include "siamtrack/model.h"
#include "siamtrack/result.h"

/// What the GStreamer elements use of libsiamtrack. They are not linked with it: they load it when
/// they start and reach it through the one symbol declared at the end, so that looking at the
/// plugin (gst-inspect-1.0, the registry) loads neither LibTorch nor OpenCV. Everything is virtual
/// or a function pointer; tests put a scripted core in its place.
namespace siamtrack {

/// One target, as Track.
class PluginTarget {
 public:
  virtual ~PluginTarget() = default;
  /// As Track::result().
  virtual const TrackResult& result() const = 0;
  /// As Track::rescale().
  virtual void rescale(Size from, Size to) = 0;
  /// As Track::configure(): new thresholds from the next frame on.
  virtual void configure(const TrackConfig& config) = 0;
  /// As Track::suggest().
  virtual void suggest(const Box& box) = 0;
};

/// One loaded model, as Model. Immutable; shared between elements.
class PluginModel {
 public:
  virtual ~PluginModel() = default;
  virtual const ModelInfo& info() const = 0;
  /// As the constructor of Track. Throws Error.
  virtual std::unique_ptr<PluginTarget> start(const TrackConfig& config, const FrameView& frame,
                                              const Box& box) const = 0;
  /// As update_all(): one result per target, in order. Throws Error.
  /// @param targets  not null, distinct, all made by start() of this model
  virtual std::vector<TrackResult> update(std::span<PluginTarget* const> targets,
                                          const FrameView& frame) const = 0;
};

struct PluginApi {
  /// As Model::load(), with a first pass through the network; but elements that ask for the same
  /// file with the same options get the same object for as long as one of them keeps it. Throws
  /// Error.
  std::shared_ptr<const PluginModel> (*open_model)(const std::string& name_or_path,
                                                   const ModelOptions& options);
  /// As check_box() in track.h.
  std::string (*check_box)(const Box& box, Size frame);
};

/// Grows with every change of the types above; a plugin loads only a library of its own version.
inline constexpr int kPluginApiVersion = 3;

}  // namespace siamtrack

/// The table, or null when this library speaks another version.
extern "C" SIAMTRACK_API const siamtrack::PluginApi* siamtrack_plugin_api(int version);
