// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <functional>
#include <vector>

#include "evaluation/overlap.h"
#include "evaluation/run.h"

/// How VOT runs trackers: with re-initialisation, against the clock, from many starts.
namespace siamtrack::evaluation {

/// How a box is made of an annotated polygon to start a tracker.
enum class StartBox {
  kAreaMatched,  ///< as pysot and got10k do
  kBounding,     ///< as the TraX client does for trackers that want rectangles
};

struct SupervisedOptions {
  int skip = 5;                ///< frames from a failure to the next start
  double failure_overlap = 0;  ///< at or below: failure
  StartBox start = StartBox::kAreaMatched;
  OverlapKind overlap = OverlapKind::kLegacy;
};

/// Tracks to the first frame without overlap, starts again `skip` frames later, and so on.
/// VOT's MATLAB experiment_supervised.m, Python SupervisedExperiment.
Trajectory run_supervised(Tracker& tracker, const Sequence& sequence, FrameSource& frames,
                          const SupervisedOptions& options, Problems& problems);

/// Seconds the tracker needs: called with the frame number, whether it is a start, and the
/// measured time. Tests replace the measured time.
using Clock = std::function<double(long frame, bool start, double measured)>;

struct RealtimeOptions {
  double fps = 20;  ///< frames per second of the simulated camera
  int grace = 3;    ///< slow answers forgiven after each start
  SupervisedOptions supervised;
  Clock clock;  ///< empty = the measured time
};

/// The camera does not wait: frames that pass while the tracker works get its last answer, and its
/// answer counts for the frame on display when it comes. VOT's MATLAB experiment_realtime.m, with
/// time taken from measurement instead of a wall clock.
Trajectory run_realtime(Tracker& tracker, const Sequence& sequence, FrameSource& frames,
                        const RealtimeOptions& options, Problems& problems);

/// The Python toolkit's rule: an answer later than one interval holds for the frames it misses.
/// Pure bookkeeping, one object per start.
class PythonRealtime {
 public:
  PythonRealtime(double interval, int grace) : interval_(interval), countdown_(grace) {}
  /// Whether the next frame is skipped: the last answer holds, the tracker is not asked.
  bool skips();
  /// Takes down the time of a start or an update.
  void answered(double seconds);

 private:
  double interval_;
  int countdown_;
  double debt_ = 0;
};

/// As run_realtime() with the Python toolkit's rule.
Trajectory run_realtime_python(Tracker& tracker, const Sequence& sequence, FrameSource& frames,
                               const RealtimeOptions& options, Problems& problems);

/// Runs of VOT2020 and later: forwards from anchors above 0, backwards from anchors below 0.
std::vector<Course> multistart_courses(const Sequence& sequence);

}  // namespace siamtrack::evaluation
