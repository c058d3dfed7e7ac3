// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <map>
#include <opencv2/core.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The text protocol by which the VOT toolkits drive trackers (Cehovin, "TraX: the visual tracking
/// exchange protocol and library", Neurocomputing 2017), protocol 3 and 4.
namespace siamtrack::evaluation {

/// One line `@@TRAX:type "argument" "key=value"`.
struct TraxMessage {
  std::string type;  ///< hello, initialize, frame, state, quit
  std::vector<std::string> arguments;
  std::map<std::string, std::string> properties;
};

/// @return  nothing for lines that are no message: trackers may print what they like
std::optional<TraxMessage> parse_trax(std::string_view line);

/// The line with its end; quotes, backslashes and line ends inside are escaped.
std::string format_trax(const TraxMessage& message);

/// Picture of an image argument: `file:///path`, `path`, `image:W;H;rgb;BASE64` or
/// `data:image/jpeg;BASE64`. @return  8-bit BGR. Throws  Error(kIo) that names what was found
cv::Mat read_trax_image(const std::string& image);

}  // namespace siamtrack::evaluation
