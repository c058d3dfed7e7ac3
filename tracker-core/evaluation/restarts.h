// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <vector>

#include "evaluation/run.h"

/// Robustness to where and when a tracker starts (OTB: temporal and spatial robustness evaluation).
namespace siamtrack::evaluation {

/// TRE: 20 starts spread over the annotated frames, each run to the end (OTB splitSeqTRE.m); fewer
/// when the sequence is shorter than 20 frames.
std::vector<Course> temporal_courses(const Sequence& sequence);

/// SRE: 12 shifted or scaled initial boxes (OTB shiftInitBB.m): left, right, up, down by a tenth;
/// four corners moved outwards by a tenth; scaled by 0.8, 0.9, 1.1, 1.2. Cut to the frame. None
/// when no frame is annotated.
std::vector<Course> spatial_courses(const Sequence& sequence, Size frame);

}  // namespace siamtrack::evaluation
