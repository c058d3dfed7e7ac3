// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <string>
#include <vector>

#include "requests.h"

namespace siamtrack::tracker {

/// Boxes that are for frames to come (properties init-file and box-time), in the order of their
/// times.
class Script {
 public:
  Script() = default;

  /// Reads lines "seconds,x,y,width,height[,label]"; the time is stream time, the units of the box
  /// are those of the property box-units. Empty lines and lines that start with # are skipped.
  /// Throws  Error(kInvalidArgument) that names the file, and the line that is anything else
  explicit Script(const std::string& path);

  /// Adds a line. One whose time has come is given at the next frame.
  void add(InitRequest line);

  /// Takes all lines of that origin out.
  void forget(Origin origin);

  /// The stream jumps before its next frame: lines that would have been due before that frame are
  /// not given, those ahead of it are given again.
  void jump() { jumped_ = true; }

  /// What is due at a frame and was not given since the stream last jumped.
  /// @param now       stream time of the frame, ns
  /// @param duration  of the frame, ns; 0 when unknown
  std::vector<InitRequest> take_due(std::uint64_t now, std::uint64_t duration);

 private:
  std::vector<InitRequest> lines_;
  std::size_t next_ = 0;
  std::vector<InitRequest> overdue_;  ///< added when their time had come
  bool jumped_ = false;
  std::uint64_t last_ = 0;  ///< `now` of the latest call
};

}  // namespace siamtrack::tracker
