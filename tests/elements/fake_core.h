// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "siamtrack/error.h"
#include "siamtrack/plugin_api.h"

namespace siamtrack::testing {

/// A core whose answers a test writes down: it needs neither LibTorch nor a model file, and it can
/// be slow or fail on demand. While it exists the elements use it in place of libsiamtrack.
class FakeCore {
 public:
  FakeCore();
  ~FakeCore();

  /// What the tracker answers: the box moved by `velocity` per frame, with this score and status.
  Box velocity{1, 2, 0, 0};
  std::atomic<double> score = 0.9;
  std::atomic<TrackStatus> status = TrackStatus::kTracking;
  std::optional<double> angle;  ///< of the box, radians; none: not turned
  std::optional<Mask> mask;
  bool recognises = false;        ///< whether a target is found where it was suggested
  std::atomic<int> step_ms = 0;   ///< how long update() takes
  std::atomic<int> start_ms = 0;  ///< how long start() takes

  /// Failures: thrown by the function named, each time, while set.
  std::optional<ErrorCode> open_error;
  std::optional<ErrorCode> start_error;
  std::optional<ErrorCode> update_error;

  /// What was asked.
  struct Calls {
    std::vector<std::string> models;
    ModelOptions options;
    std::vector<Box> starts;
    std::vector<bool> guessed;               ///< of the same starts
    std::vector<std::vector<Size>> updates;  ///< per call, the size of the frame, once per target
    std::vector<Box> suggestions;            ///< of suggest()
    std::vector<TrackConfig> configs;        ///< of configure()
    std::vector<std::pair<Size, Size>> rescales;
    FrameView last_view;
  };
  Calls calls() const;

  template <typename Change>
  void record(Change&& change) {
    const std::lock_guard lock(mutex_);
    change(calls_);
  }

 private:
  mutable std::mutex mutex_;
  Calls calls_;
};

}  // namespace siamtrack::testing
