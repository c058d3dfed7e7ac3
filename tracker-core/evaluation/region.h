// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <opencv2/core.hpp>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "siamtrack/result.h"

/// What annotations and results consist of, and their text form in VOT files and TraX messages.
namespace siamtrack::evaluation {

/// No region: absent target (0), first frame of a run (1), failure (2); VOT result files.
struct Special {
  int code = 0;
  bool operator==(const Special&) const = default;
};

/// At least three corners in order, frame px.
struct Polygon {
  std::vector<cv::Point2d> points;
  bool operator==(const Polygon&) const = default;
};

using Region = std::variant<Special, Box, Polygon, Mask>;

/// Box whose four numbers are not numbers: "no annotation".
Box no_box();

/// All four numbers finite.
bool is_finite(const Box& box);

/// Four finite numbers and an area: what the measures count as an annotation.
bool is_valid(const Box& box);

/// Reads "1", "x,y,w,h", "x1,y1,...,xn,yn", "mx0,y0,w,h,rle..." and TraX's "mask:..."; commas,
/// tabs, semicolons and blanks separate. A NaN among the numbers makes Special{0}.
///
/// Throws  Error(kIo) "expected ..., found ..." when the text is none of these
Region parse_region(std::string_view text);

/// The same text back; masks as VOT writes them ("m..."), numbers with `decimals` places.
std::string format_region(const Region& region, int decimals = 4);

/// Smallest axis-aligned box; no_box() for Special and for an empty mask.
Box bounding_box(const Region& region);

/// Axis-aligned box with the centre of the four corners and the area of the polygon, as pysot and
/// got10k start trackers on VOT (evaluation protocols, VOT section 4.1): s = sqrt(A1 / A2),
/// width = s (xmax - xmin) + 1. Anything but four corners gives bounding_box().
Box area_matched_box(const Region& region);

/// Corners of a turned box.
/// @param origin  coordinate of the left-top pixel in the result
Polygon corners_of(const RotatedBox& box, double origin = 0);

/// Corners clockwise from the left top; of a mask, the corners of its bounding box.
Polygon to_polygon(const Region& region);

}  // namespace siamtrack::evaluation
