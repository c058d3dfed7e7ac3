// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "settings.h"
#include "siamtrack/box.h"

/// What the outside asks of the element; done at the next buffer.
namespace siamtrack::tracker {

/// A place given as one point, as by a click.
struct ClickPlace {
  double x = 0;
  double y = 0;
};

/// A place as the user gave it: a box, a click, or text that is yet to be read.
using Place = std::variant<Box, ClickPlace, std::string>;

/// Who asks for a target.
enum class Origin {
  kBox,            ///< property box
  kInitialObject,  ///< properties object-initial-*
  kAction,         ///< action signal, whose caller knows the id
  kScreen,         ///< pointer, or event from outside the stream: about the picture that is shown
  kStream,         ///< init-file, serialised event, detector: about the very frame it comes with
};

/// Start to follow what is at `place`.
struct InitRequest {
  std::uint64_t id = 0;   ///< the target's id-to-be
  bool corrects = false;  ///< a target has the id already: it starts anew from here
  Place place;
  Origin origin;
  std::optional<Units> units;  ///< nothing: as the property box-units says
  std::string label;           ///< empty: as the property label says
  int parent = 0;              ///< region of interest it came from, 0 = none
  std::uint64_t due = 0;       ///< first frame that it is for: stream time, ns; 0 = the next one
};

/// Stop following one target.
struct RemoveRequest {
  std::uint64_t id = 0;
};

/// Stop following what is at this place, in pixels of the frame: the smallest target there.
struct RemoveAtRequest {
  ClickPlace place;
};

/// Stop following all targets.
struct ClearRequest {};

using Request = std::variant<InitRequest, RemoveRequest, RemoveAtRequest, ClearRequest>;

/// The next id: unique in the process, from 1.
std::uint64_t next_target_id();

InitRequest init_at(Place place, Origin origin);

/// The box that four numbers "x,y,width,height" or the eight of a polygon's corners describe (the
/// smallest upright box about it). Numbers are separated by commas, semicolons or blanks. Nothing
/// when the text is anything else.
std::optional<Box> parse_box(const std::string& text);

/// The requested box in pixels of a frame of that size; nothing when the request's text is not a
/// box.
std::optional<Box> resolve(const InitRequest& request, const Settings& settings, Size frame);

}  // namespace siamtrack::tracker
