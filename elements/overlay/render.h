// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gst/gst.h>

#include <vector>

#include "painter.h"

namespace siamtrack::overlay {

/// Attaches the rectangles as a composition; one that upstream attached keeps what it has.
/// Requires  buffer is writable
void attach(GstBuffer* buffer, const std::vector<Rectangle>& rectangles);

/// Blends the rectangles into a frame of any raw format; reads and writes no pixel outside them.
///
/// Requires  buffer is writable
/// Throws    Error(kUnsupportedInput) when the buffer cannot be mapped for writing
/// Cost      grows with the rectangles' area; 1280x720 NV12, edges of a 200x300 box: about 0.02 ms
void blend(GstBuffer* buffer, const GstVideoInfo& info, const std::vector<Rectangle>& rectangles);

}  // namespace siamtrack::overlay
