// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "evaluation/frame_source.h"
#include "evaluation/sequence.h"
#include "evaluation/tracker.h"

namespace siamtrack::testing {

/// Blank pictures whose top left pixel tells the frame number.
class NumberedFrames final : public evaluation::FrameSource {
 public:
  explicit NumberedFrames(long count) : count_(count) {}
  cv::Mat at(long index) override {
    if (index < 0 || index >= count_) return {};
    cv::Mat frame(100, 100, CV_8UC3, cv::Scalar::all(0));
    frame.at<int>(0, 0) = static_cast<int>(index);
    return frame;
  }
  long count() const override { return count_; }
  double fps() const override { return 30; }
  std::string describe(long index) const override { return "frame " + std::to_string(index); }

  static int number_of(const cv::Mat& frame) { return frame.at<int>(0, 0); }

 private:
  long count_;
};

/// Says what a function of the frame number says, and remembers what it was asked.
class ScriptedTracker final : public evaluation::Tracker {
 public:
  using Script = std::function<Box(int frame)>;
  explicit ScriptedTracker(Script script) : script_(std::move(script)) {}
  void init(const cv::Mat& frame, const Box& box) override {
    starts.push_back(NumberedFrames::number_of(frame));
    boxes.push_back(box);
  }
  TrackResult update(const cv::Mat& frame) override {
    const int number = NumberedFrames::number_of(frame);
    updates.push_back(number);
    TrackResult result;
    result.box = script_(number);
    result.score = 0.5;
    result.mask = mask;
    result.rotated = rotated;
    return result;
  }

  std::vector<int> starts, updates;
  std::vector<Box> boxes;
  std::optional<Mask> mask;  ///< what every result has beside its box
  std::optional<RotatedBox> rotated;

 private:
  Script script_;
};

/// A target that stands still.
inline evaluation::Sequence still_sequence(std::size_t frames, Box box = {10, 10, 20, 20}) {
  evaluation::Sequence sequence;
  sequence.name = "still";
  sequence.dataset = "made";
  sequence.ground_truth.assign(frames, box);
  sequence.size = {100, 100};
  return sequence;
}

}  // namespace siamtrack::testing
