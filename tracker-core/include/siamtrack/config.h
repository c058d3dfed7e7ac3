// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <string>

namespace siamtrack {

enum class Device { kAuto, kCpu, kCuda };

/// How a model is loaded; constant for its lifetime.
struct ModelOptions {
  Device device = Device::kAuto;  ///< kAuto: CUDA when usable, else CPU
  int device_id = -1;             ///< CUDA ordinal; -1 = the first
  int num_threads = 0;            ///< CPU threads per forward pass; 0 = half the cores, at least 1
  std::string preset;             ///< named hyper-parameters in the model file; empty = its default
  std::string overrides;          ///< JSON object laid over the hyper-parameters; empty = none
  bool operator==(const ModelOptions&) const = default;
};

/// Where a lost target is searched for.
enum class Redetect {
  kNone,    ///< only at the last place, in the normal search region
  kLocal,   ///< in a region that grows with every frame the target is lost
  kGlobal,  ///< local, and the whole frame in tiles, a bounded number per frame
};

/// How one target is followed.
struct TrackConfig {
  double lost_threshold = 0.35;   ///< score below: uncertain
  double found_threshold = 0.55;  ///< score at or above: tracking again (hysteresis)
  int lost_after = 10;            ///< frames in a row uncertain before the target is lost
  Redetect redetect = Redetect::kLocal;
  int redetect_interval = 1;  ///< frames between two searches while lost
  /// The initial box was made up around a point: how tight it is means nothing. Read at the start.
  bool guessed_box = false;
};

}  // namespace siamtrack
