// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include "evaluation/frame_source.h"
#include "evaluation/problem.h"
#include "evaluation/sequence.h"
#include "evaluation/tracker.h"
#include "evaluation/trajectory.h"

namespace siamtrack::evaluation {

/// A part of a sequence to follow without any reset.
struct Course {
  std::size_t first = 0;   ///< frame of the initial box
  std::size_t frames = 0;  ///< how many, the first one included
  int step = 1;            ///< -1: backwards in time (VOT multi-start)
  Box box;                 ///< initial box in the data set's coordinates
};

/// The whole sequence from its first annotated frame. Frames before that stay unrun.
Course whole(const Sequence& sequence);

/// Follows one course. A frame that cannot be read repeats the last box and is written down.
///
/// @return  `course.frames` entries: the initial box first, then what the tracker said; systems
/// with
///          masks give masks, others boxes; shorter when a video ends early
Trajectory run_course(Tracker& tracker, const Sequence& sequence, FrameSource& frames,
                      const Course& course, Problems& problems);

/// Box moved from the data set's coordinates to 0-based ones, and back.
Box to_pixels(const Box& box, const Sequence& sequence);
Region from_pixels(const TrackResult& result, const Sequence& sequence);

/// Size of the frames: what the data set says, else that of the first readable frame; 0 x 0
/// without.
Size frame_size(const Sequence& sequence);

/// Seconds spent in `call`.
template <typename Call>
double timed(Call&& call);

}  // namespace siamtrack::evaluation

#include <chrono>

template <typename Call>
double siamtrack::evaluation::timed(Call&& call) {
  const auto start = std::chrono::steady_clock::now();
  call();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}
