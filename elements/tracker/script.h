// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <string>
#include <vector>

#include "requests.h"

namespace siamtrack::tracker {

/// Boxes that are known before the stream starts (property init-file), in the order of their times.
class Script {
 public:
  Script() = default;

  /// Reads lines "seconds,x,y,width,height[,label]"; the time is stream time, the units of the box
  /// are those of the property box-units. Empty lines and lines that start with # are skipped.
  /// Throws  Error(kInvalidArgument) that names the file, and the line that is anything else
  explicit Script(const std::string& path);

  /// What is due at `now` (stream time, ns) and was not given since the stream last jumped back.
  std::vector<InitRequest> take_due(std::uint64_t now);

 private:
  std::vector<InitRequest> lines_;
  std::size_t next_ = 0;
  std::uint64_t last_ = 0;  ///< `now` of the latest call
};

}  // namespace siamtrack::tracker
