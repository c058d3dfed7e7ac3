// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gst/gst.h>

namespace siamtrack::overlay {

/// Frames that can be drawn into, and frames of any memory that carry a composition beside them.
GstCaps* template_caps();

/// What the other pad may have when this one has `caps`. A source pad may say with a caps feature
/// that the drawing comes as composition metadata; it need not when the frame can be drawn into.
GstCaps* other_caps(GstPadDirection direction, const GstCaps* caps);

/// True when all structures of `caps` have the composition feature.
bool has_composition(const GstCaps* caps);

/// Leaves the composition feature in the candidates for the source pad only where it is meant: it
/// came from upstream, or `peer` names it. A peer that takes anything does not draw it.
///
/// @param sink        fixed caps of the sink pad
/// @param candidates  taken over
/// @param peer        what downstream accepts, null when there is nothing
GstCaps* chosen_caps(const GstCaps* sink, GstCaps* candidates, const GstCaps* peer);

}  // namespace siamtrack::overlay
