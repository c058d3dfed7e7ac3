// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <map>
#include <opencv2/core/version.hpp>
#include <opencv2/tracking.hpp>
#include <opencv2/tracking/tracking_legacy.hpp>
#include <opencv2/video/tracking.hpp>

#include "evaluation/tracker.h"
#include "siamtrack/error.h"

namespace siamtrack::evaluation {
namespace {

using Starter = std::function<cv::Ptr<cv::Tracker>()>;

/// OpenCV's KCF stops when its response is under this value (its default is 0.5); below 0 never.
constexpr float kThresholdOff = -1.0F;

/// Legacy trackers behind OpenCV's present interface.
template <typename Legacy>
cv::Ptr<cv::Tracker> upgraded() {
  return cv::legacy::upgradeTrackingAPI(Legacy::create());
}

const std::map<std::string, Starter>& starters() {
  static const std::map<std::string, Starter> table = {
      {"csrt", [] { return cv::TrackerCSRT::create(); }},
      {"kcf", [] { return cv::TrackerKCF::create(); }},
      {"kcf-off",
       [] {
         cv::TrackerKCF::Params params;
         params.detect_thresh = kThresholdOff;
         return cv::TrackerKCF::create(params);
       }},
      {"mil", [] { return cv::TrackerMIL::create(); }},
      {"medianflow", [] { return upgraded<cv::legacy::TrackerMedianFlow>(); }},
      {"mosse", [] { return upgraded<cv::legacy::TrackerMOSSE>(); }},
  };
  return table;
}

cv::Rect to_rect(const Box& box) {
  return {static_cast<int>(std::lround(box.x)), static_cast<int>(std::lround(box.y)),
          std::max(1, static_cast<int>(std::lround(box.width))),
          std::max(1, static_cast<int>(std::lround(box.height)))};
}

class OpenCvTracker final : public Tracker {
 public:
  OpenCvTracker(const Starter& starter, unsigned seed) : starter_(starter), seed_(seed) {}

  void init(const cv::Mat& frame, const Box& box) override {
    // MIL draws its features with both generators.
    cv::theRNG().state = 0x12345678ULL + seed_;
    std::srand(seed_);
    tracker_ = starter_();
    last_ = box;
    // Most of these trackers read outside the picture when the box is not inside it.
    const cv::Rect inside = to_rect(box) & cv::Rect(0, 0, frame.cols, frame.rows);
    if (inside.empty()) throw Error(ErrorCode::kRejectedBox, "initial box is outside the frame");
    tracker_->init(frame, inside);
  }

  TrackResult update(const cv::Mat& frame) override {
    cv::Rect rect = to_rect(last_);
    TrackResult result;
    const bool found = tracker_->update(frame, rect);
    if (found) last_ = {double(rect.x), double(rect.y), double(rect.width), double(rect.height)};
    result.box = last_;
    result.score = found ? 1 : 0;
    result.status = found ? TrackStatus::kTracking : TrackStatus::kLost;
    return result;
  }

 private:
  const Starter& starter_;
  unsigned seed_;
  cv::Ptr<cv::Tracker> tracker_;
  Box last_;
};

class OpenCvFactory final : public TrackerFactory {
 public:
  OpenCvFactory(const std::string& name, unsigned seed)
      : name_(name), starter_(starters().at(name)), seed_(seed) {}
  const std::string& label() const override { return name_; }
  std::string fingerprint() const override {
    return name_ + " opencv " CV_VERSION " seed " + std::to_string(seed_);
  }
  std::unique_ptr<Tracker> make() const override {
    return std::make_unique<OpenCvTracker>(starter_, seed_);
  }

 private:
  std::string name_;
  const Starter& starter_;
  unsigned seed_;
};

}  // namespace

std::vector<std::string> opencv_tracker_names() {
  std::vector<std::string> names;
  for (const auto& [name, starter] : starters()) names.push_back(name);
  return names;
}

std::unique_ptr<TrackerFactory> make_opencv_factory(const std::string& name, unsigned seed) {
  if (!starters().contains(name)) {
    std::string known;
    for (const auto& other : opencv_tracker_names()) known += " " + other;
    throw Error(ErrorCode::kInvalidArgument,
                "unknown OpenCV tracker, expected one of" + known + ", found '" + name + "'");
  }
  return std::make_unique<OpenCvFactory>(name, seed);
}

}  // namespace siamtrack::evaluation
