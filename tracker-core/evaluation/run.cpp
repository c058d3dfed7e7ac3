// SPDX-License-Identifier: LGPL-2.1-or-later
#include "evaluation/run.h"

#include <algorithm>
#include <cmath>

#include "siamtrack/error.h"

namespace siamtrack::evaluation {

Box to_pixels(const Box& box, const Sequence& sequence) {
  return {box.x - sequence.origin, box.y - sequence.origin, box.width, box.height};
}

Region box_of(const TrackResult& result, const Sequence& sequence) {
  const Box& box = result.box;
  return Box{box.x + sequence.origin, box.y + sequence.origin, box.width, box.height};
}

Region region_of(const TrackResult& result, const Sequence& sequence) {
  const auto annotated = std::ranges::find_if(sequence.ground_truth, [](const Region& region) {
    return !std::holds_alternative<Special>(region);
  });
  const bool any = annotated != sequence.ground_truth.end();
  if (any && std::holds_alternative<Mask>(*annotated) && result.mask) return *result.mask;
  if (any && std::holds_alternative<Polygon>(*annotated) && result.rotated) {
    return corners_of(*result.rotated, sequence.origin);
  }
  return box_of(result, sequence);
}

Size frame_size(const Sequence& sequence) {
  if (sequence.size.width > 0) return sequence.size;
  for (long i = 0; i < std::max<long>(1, static_cast<long>(sequence.images.size())); ++i) {
    const cv::Mat frame = frame_of(sequence, i);
    if (!frame.empty()) return {frame.cols, frame.rows};
  }
  return {};
}

Course whole(const Sequence& sequence) {
  const auto boxes = sequence.boxes();
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    if (is_valid(boxes[i])) return {i, boxes.size() - i, 1, boxes[i]};
  }
  throw Error(ErrorCode::kIo, "no frame with an annotation to start from");
}

Trajectory run_course(Tracker& tracker, const Sequence& sequence, FrameSource& frames,
                      const Course& course, Problems& problems) {
  Trajectory out;
  const auto add = [&](Region region, double seconds, double confidence) {
    out.regions.push_back(std::move(region));
    out.seconds.push_back(seconds);
    out.confidence.push_back(confidence);
  };
  for (std::size_t k = 0; k < course.frames; ++k) {
    const long index = static_cast<long>(course.first) + static_cast<long>(k) * course.step;
    const cv::Mat frame = frames.at(index);
    if (frame.empty()) {
      if (k == 0) {
        throw Error(ErrorCode::kIo,
                    frames.describe(index) + ": the first frame cannot be read; left out");
      }
      const bool video = !sequence.video.empty();
      problems.push_back({sequence.name, frames.describe(index), 0,
                          video ? "video ends before the annotation; the rest is left out"
                                : "picture cannot be read; the last box stands for it"});
      if (video) break;
      add(out.regions.back(), std::nan(""), out.confidence.back());
      continue;
    }
    if (k == 0) {
      const double seconds = timed([&] { tracker.init(frame, to_pixels(course.box, sequence)); });
      add(course.box, seconds, std::nan(""));  // the start is given, not found
      continue;
    }
    TrackResult result;
    const double seconds = timed([&] { result = tracker.update(frame); });
    add(course.as_annotated ? region_of(result, sequence) : box_of(result, sequence), seconds,
        result.score);
    if (result.mask) {
      out.masks.resize(k, Special{0});
      out.masks.emplace_back(*std::move(result.mask));
    }
  }
  if (!out.masks.empty()) out.masks.resize(out.regions.size(), Special{0});
  return out;
}

void align_to_frames(Trajectory& trajectory, const Course& course, const Region& before) {
  const auto fill = [&](auto& list, const auto& value) {
    if (!list.empty()) list.insert(list.begin(), course.first, value);
  };
  fill(trajectory.regions, before);
  fill(trajectory.masks, Region(Special{0}));
  fill(trajectory.seconds, std::nan(""));
  fill(trajectory.confidence, std::nan(""));
}

}  // namespace siamtrack::evaluation
