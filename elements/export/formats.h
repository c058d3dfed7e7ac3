// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <memory>
#include <string>

#include "frame_entry.h"

namespace siamtrack::exporting {

/// Turns frames into the text of one file format. Numbers do not depend on the locale.
class Formatter {
 public:
  virtual ~Formatter() = default;

  /// What an empty file begins with; empty when the format has no header.
  virtual std::string header() const { return {}; }

  /// The lines of one frame, each ended by a line feed.
  virtual std::string lines(const FrameEntry& entry) = 0;
};

/// A formatter at the start of a file.
std::unique_ptr<Formatter> make_formatter(Format format);

}  // namespace siamtrack::exporting
