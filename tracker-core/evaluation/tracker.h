// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <memory>
#include <opencv2/core.hpp>
#include <optional>
#include <string>
#include <vector>

#include "siamtrack/config.h"
#include "siamtrack/result.h"

namespace siamtrack::evaluation {

/// What every tracker under test looks like to the protocols. Boxes are 0-based frame px.
class Tracker {
 public:
  virtual ~Tracker() = default;

  /// Starts, or starts again, on `box` in `frame` (8-bit BGR).
  virtual void init(const cv::Mat& frame, const Box& box) = 0;

  /// Follows the target into the next frame. A tracker that fails repeats its last box with score
  /// 0.
  virtual TrackResult update(const cv::Mat& frame) = 0;
};

/// Makes trackers of one kind; expensive parts (a loaded model) are shared between them.
class TrackerFactory {
 public:
  virtual ~TrackerFactory() = default;
  /// Short name for folders and tables: "csrt", "default".
  virtual const std::string& label() const = 0;
  /// Changes whenever the results could: tracker, version, model file content, options.
  virtual std::string fingerprint() const = 0;
  virtual std::unique_ptr<Tracker> make() const = 0;
};

/// How trackers are made.
struct TrackerOptions {
  ModelOptions model;  ///< device, threads, preset
  TrackConfig track;   ///< lost / found thresholds, re-detection
  unsigned seed = 0;   ///< of OpenCV's random numbers
};

/// Names of the OpenCV trackers this build has: "csrt", "kcf", "kcf-off" (detection threshold off),
/// "mil", "medianflow", "mosse".
std::vector<std::string> opencv_tracker_names();

/// One of opencv_tracker_names(). Throws  Error(kInvalidArgument) for another name
std::unique_ptr<TrackerFactory> make_opencv_factory(const std::string& name, unsigned seed);

/// A model of ours, by short name or path, loaded at the first make(). Throws  as Model::load()
std::unique_ptr<TrackerFactory> make_model_factory(const std::string& name_or_path,
                                                   const TrackerOptions& options);

/// Throws  Error(kRejectedBox) that names the box (0-based frame px), the frame's size and why the
///         models cannot follow it
void require_trackable(const Box& box, const cv::Mat& frame);

/// Several of them. Where files have one name, labels begin with their folders' ("run1-model").
std::vector<std::shared_ptr<TrackerFactory>> make_model_factories(
    const std::vector<std::string>& names_or_paths, const TrackerOptions& options);

}  // namespace siamtrack::evaluation
