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
  std::size_t first = 0;      ///< frame of the initial box
  std::size_t frames = 0;     ///< how many, the first one included
  int step = 1;               ///< -1: backwards in time (VOT multi-start)
  Box box;                    ///< initial box in the data set's coordinates
  bool as_annotated = false;  ///< answers are region_of() the results, not box_of()
};

/// The whole sequence from its first annotated frame. Frames before that stay unrun.
Course whole(const Sequence& sequence);

/// Follows one course. A frame that cannot be read repeats the last box and is written down.
///
/// @return  `course.frames` entries: the initial box first, then what the tracker said; shorter
/// when
///          a video ends early
Trajectory run_course(Tracker& tracker, const Sequence& sequence, FrameSource& frames,
                      const Course& course, Problems& problems);

/// Makes places before the course's first frame, so that entry i is of frame i: `before` among the
/// regions, nothing in the other lists. Requires  a course forward in time
void align_to_frames(Trajectory& trajectory, const Course& course, const Region& before);

/// Box moved from the data set's coordinates to 0-based ones.
Box to_pixels(const Box& box, const Sequence& sequence);

/// The result's box in the data set's coordinates.
Region box_of(const TrackResult& result, const Sequence& sequence);

/// The result in the data set's coordinates and of its annotation's kind where the tracker has it:
/// a mask, the corners of a turned box, else the box. What VOT's experiments compare.
Region region_of(const TrackResult& result, const Sequence& sequence);

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
