// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <memory>
#include <string>

#include "evaluation/tracker.h"

namespace siamtrack::evaluation {

/// Two-way line connection to a TraX client.
class TraxChannel {
 public:
  virtual ~TraxChannel() = default;
  /// @return  false at the end of the input
  virtual bool read_line(std::string& line) = 0;
  virtual void write(const std::string& text) = 0;
};

/// As the environment says: TCP port TRAX_SOCKET of this host (tried until it answers), else file
/// descriptors TRAX_IN and TRAX_OUT, else standard input and output. Standard output is kept for
/// messages: whatever a library prints goes to standard error.
std::unique_ptr<TraxChannel> open_trax_channel();

struct TraxOptions {
  int version = 4;  ///< 3: initialize carries the image; 4: a frame message follows it
  std::string name = "siamtrack";
  std::string family = "siamese";
};

/// Serves one client until it says quit. Answers every frame with a rectangle, or with the corners
/// of a turned box to a client that began with a polygon, also when the target is lost (toolkits
/// refuse other answers), and the property `confidence`.
///
/// @return  exit status: 0 after quit or the end of input, 1 after an error, which is told the
/// client
int serve_trax(const TrackerFactory& factory, TraxChannel& channel, const TraxOptions& options);

}  // namespace siamtrack::evaluation
