// SPDX-License-Identifier: LGPL-2.1-or-later
#include "evaluation/protocols.h"

#include <algorithm>
#include <cmath>

#include "evaluation/vot_scores.h"
#include "siamtrack/error.h"

namespace siamtrack::evaluation {
namespace {

/// The parts that all protocols with re-initialisation share.
class Session {
 public:
  Session(Tracker& tracker, const Sequence& sequence, FrameSource& frames,
          const SupervisedOptions& options, Problems& problems)
      : tracker_(tracker),
        sequence_(sequence),
        frames_(frames),
        options_(options),
        problems_(problems) {
    const auto count = sequence.length();
    out_.regions.assign(count, Special{kUnknown});
    out_.seconds.assign(count, std::nan(""));
    out_.confidence.assign(count, std::nan(""));
  }

  long length() const { return static_cast<long>(sequence_.length()); }
  Trajectory take() { return std::move(out_); }

  Box start_box(long index) const {
    const Region& region = sequence_.ground_truth[static_cast<std::size_t>(index)];
    return options_.start == StartBox::kBounding ? bounding_box(region) : area_matched_box(region);
  }

  /// First frame from `index` on that has an annotation to start with; length() when none has.
  long next_start(long index) const {
    while (index < length() && !is_valid(start_box(index))) ++index;
    return index;
  }

  /// @return  seconds
  double start(long index) {
    const cv::Mat frame = read(index);
    const double seconds =
        timed([&] { tracker_.init(frame, to_pixels(start_box(index), sequence_)); });
    put(index, Special{kStarted}, seconds, std::nan(""));
    return seconds;
  }

  struct Answer {
    Region region = Special{kUnknown};
    double seconds = 0, confidence = 0;
  };
  Answer ask(long index) {
    const cv::Mat frame = read(index);
    TrackResult result;
    const double seconds = timed([&] { result = tracker_.update(frame); });
    return {region_of(result, sequence_), seconds, result.score};
  }

  void put(long index, Region region, double seconds, double confidence) {
    const auto at = static_cast<std::size_t>(index);
    out_.regions[at] = std::move(region);
    if (!std::isnan(seconds)) out_.seconds[at] = seconds;
    out_.confidence[at] = confidence;
  }

  bool fails(const Region& region, long index) const {
    const Region& truth = sequence_.ground_truth[static_cast<std::size_t>(index)];
    Size bounds = size_;
    if (options_.overlap == OverlapKind::kLegacy) bounds = {size_.width - 1, size_.height - 1};
    return overlap(region, truth, options_.overlap, bounds) <= options_.failure_overlap;
  }

 private:
  cv::Mat read(long index) {
    cv::Mat frame = frames_.at(index);
    if (frame.empty() && !last_.empty()) {
      problems_.push_back({sequence_.name, frames_.describe(index), 0,
                           "picture cannot be read; the one before stands for it"});
      return last_;
    }
    if (frame.empty()) throw Error(ErrorCode::kIo, frames_.describe(index) + ": cannot be read");
    size_ = {frame.cols, frame.rows};
    last_ = frame;
    return frame;
  }

  Tracker& tracker_;
  const Sequence& sequence_;
  FrameSource& frames_;
  const SupervisedOptions& options_;
  Problems& problems_;
  Trajectory out_;
  cv::Mat last_;
  Size size_{};
};

double time_of(const RealtimeOptions& options, long frame, bool start, double measured) {
  return options.clock ? options.clock(frame, start, measured) : measured;
}

/// Milliseconds since a start, and the frame on display then.
class Camera {
 public:
  Camera(const RealtimeOptions& options, long first)
      : fps_(options.fps), grace_(options.grace), first_(first) {}
  /// Lets the time of one answer pass. @return  the frame on display
  long pass(double seconds) {
    constexpr double kMilliseconds = 1000;
    const double interval = kMilliseconds / fps_;
    time_ += grace_ > 0 ? interval : std::max(interval, seconds * kMilliseconds);
    grace_ = std::max(0, grace_ - 1);
    return std::lround(std::floor(time_ * fps_) / kMilliseconds) + first_ - 1;
  }

 private:
  double fps_;
  int grace_;
  long first_;
  double time_ = 0;
};

/// Tracks from one start. @return  the frame of the next start
long run_against_camera(Session& session, long first, const RealtimeOptions& options) {
  Camera camera(options, first);
  Session::Answer last{session.start_box(first), 0, 1};
  Session::Answer answer = last;
  long current = camera.pass(time_of(options, first, true, session.start(first)));
  for (long shown = first + 1;;) {
    for (long i = shown; i <= std::min(current, session.length() - 1); ++i) {
      const Session::Answer& now = i == current ? answer : last;
      if (session.fails(now.region, i)) {
        session.put(i, Special{kFailed}, answer.seconds, now.confidence);
        return current + options.supervised.skip;
      }
      session.put(i, now.region, i == shown ? answer.seconds : std::nan(""), now.confidence);
    }
    last = std::move(answer);
    shown = current + 1;
    if (shown >= session.length()) return session.length();
    answer = session.ask(shown);
    answer.seconds = time_of(options, shown, false, answer.seconds);
    current = camera.pass(answer.seconds);
  }
}

}  // namespace

Trajectory run_supervised(Tracker& tracker, const Sequence& sequence, FrameSource& frames,
                          const SupervisedOptions& options, Problems& problems) {
  Session session(tracker, sequence, frames, options, problems);
  for (long f = session.next_start(0); f < session.length(); f = session.next_start(f)) {
    session.start(f);
    for (++f; f < session.length(); ++f) {
      auto answer = session.ask(f);
      const bool failed = session.fails(answer.region, f);
      session.put(f, failed ? Region(Special{kFailed}) : answer.region, answer.seconds,
                  answer.confidence);
      if (!failed) continue;
      f += options.skip;
      break;
    }
  }
  return session.take();
}

Trajectory run_realtime(Tracker& tracker, const Sequence& sequence, FrameSource& frames,
                        const RealtimeOptions& options, Problems& problems) {
  Session session(tracker, sequence, frames, options.supervised, problems);
  for (long f = session.next_start(0); f < session.length(); f = session.next_start(f)) {
    f = run_against_camera(session, f, options);
  }
  return session.take();
}

bool PythonRealtime::skips() {
  if (debt_ > interval_) {
    debt_ -= interval_;
    return true;
  }
  debt_ = 0;
  return false;
}

void PythonRealtime::answered(double seconds) {
  if (seconds <= interval_) {
    debt_ = 0;
  } else if (countdown_ > 0) {
    --countdown_;
    debt_ = 0;
  } else {
    debt_ = seconds - interval_;
  }
}

Trajectory run_realtime_python(Tracker& tracker, const Sequence& sequence, FrameSource& frames,
                               const RealtimeOptions& options, Problems& problems) {
  Session session(tracker, sequence, frames, options.supervised, problems);
  for (long f = session.next_start(0); f < session.length(); f = session.next_start(f)) {
    PythonRealtime rule(1 / options.fps, options.grace);
    rule.answered(time_of(options, f, true, session.start(f)));
    Session::Answer last;
    last.region = sequence.ground_truth[static_cast<std::size_t>(f)];
    for (++f; f < session.length(); ++f) {
      const bool skipped = rule.skips();
      if (!skipped) {
        last = session.ask(f);
        last.seconds = time_of(options, f, false, last.seconds);
        rule.answered(last.seconds);
      }
      const bool failed = session.fails(last.region, f);
      session.put(f, failed ? Region(Special{kFailed}) : last.region, skipped ? 0.0 : last.seconds,
                  last.confidence);
      if (!failed) continue;
      f += options.supervised.skip;
      break;
    }
  }
  return session.take();
}

std::vector<Course> multistart_courses(const Sequence& sequence) {
  std::vector<Course> courses;
  const auto boxes = sequence.boxes();
  for (std::size_t i = 0; i < sequence.anchors.size(); ++i) {
    if (sequence.anchors[i] == 0 || !is_valid(boxes[i])) continue;
    const bool forward = sequence.anchors[i] > 0;
    courses.push_back({i, forward ? boxes.size() - i : i + 1, forward ? 1 : -1, boxes[i],
                       /*as_annotated=*/true});
  }
  return courses;
}

}  // namespace siamtrack::evaluation
