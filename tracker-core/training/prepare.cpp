// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/prepare.h"

#include <algorithm>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/videoio.hpp>

#include "training/ordered_pool.h"
#include "training/pack_frame.h"
#include "training/self_label.h"

namespace siamtrack::training {
namespace {

constexpr int kPartsAhead = 16;  // pictures, mostly, that wait to be written

std::vector<cv::Mat> grey_frames(const SourceSequence& source) {
  std::vector<cv::Mat> frames;
  cv::Mat picture, grey;
  if (source.frames.size() > 1) {
    for (const std::string& file : source.frames) {
      const cv::Mat next = cv::imread(file, cv::IMREAD_GRAYSCALE);
      if (next.empty()) return {};  // the track's boxes would not match the frames
      frames.push_back(next);
    }
  } else if (!source.video.empty()) {
    cv::VideoCapture video(source.video);
    while (video.read(picture)) {
      cv::cvtColor(picture, grey, cv::COLOR_BGR2GRAY);
      frames.push_back(grey.clone());
    }
  }
  return frames;
}

/// One part of the work: a picture, or a whole sequence where its frames belong together.
struct Part {
  Packed packed;
  std::vector<SourceObject> found;  ///< by self-labelling
};

/// Numbers the parts of all sequences.
class Parts {
 public:
  Parts(const std::vector<SourceSequence>& sources, const PrepareOptions& options)
      : sources_(sources), options_(options) {
    for (const SourceSequence& source : sources) {
      const bool together = !source.video.empty() || self_labelled(source);
      ends_.push_back(count() + static_cast<std::int64_t>(together ? 1 : source.frames.size()));
    }
  }

  std::int64_t count() const { return ends_.empty() ? 0 : ends_.back(); }
  /// Behind the last part of a sequence.
  std::int64_t end(std::size_t sequence) const { return ends_[sequence]; }

  Part make(std::int64_t index) const {
    const auto end = std::upper_bound(ends_.begin(), ends_.end(), index);
    const auto number = static_cast<std::size_t>(end - ends_.begin());
    const SourceSequence& source = sources_[number];
    if (self_labelled(source)) return label(number);
    if (!source.video.empty()) return {pack_video(source), {}};
    const std::int64_t first = number == 0 ? 0 : ends_[number - 1];
    return {pack_picture(source, static_cast<std::size_t>(index - first)), {}};
  }

 private:
  bool self_labelled(const SourceSequence& source) const {
    return options_.self_label > 0 && source.objects.empty();
  }

  Part label(std::size_t number) const {
    SourceSequence source = sources_[number];
    source.objects = self_label(grey_frames(source), options_.self_label, number);
    Part part;
    if (!source.video.empty()) part.packed = pack_video(source);
    for (std::size_t i = 0; i < source.frames.size(); ++i) {
      Packed one = pack_picture(source, i);
      part.packed.complaints.add(one.complaints);
      std::move(one.frames.begin(), one.frames.end(), std::back_inserter(part.packed.frames));
    }
    part.found = std::move(source.objects);
    return part;
  }

  const std::vector<SourceSequence>& sources_;
  const PrepareOptions& options_;
  std::vector<std::int64_t> ends_;  ///< one per sequence
};

/// Writes one sequence, part by part.
class SequenceWriter {
 public:
  SequenceWriter(const SourceSequence& source, CacheWriter& writer, Complaints& complaints)
      : source_(source), writer_(writer), complaints_(complaints) {
    sequence_.set = source.set;
    sequence_.name = source.name;
    add_objects(source.objects);
  }

  void add(const Part& part) {
    complaints_.add(part.packed.complaints);
    add_objects(part.found);
    for (const PackedFrame& frame : part.packed.frames) add(frame);
  }

  Sequence finish() {
    const std::size_t frames =
        source_.video.empty() ? source_.frames.size() : sequence_.frames.size();
    std::vector<Object> kept;
    for (std::size_t i = 0; i < sequence_.objects.size(); ++i) {
      Object& object = sequence_.objects[i];
      if (given_boxes_[i] != 0 && given_boxes_[i] != frames) {
        complaints_.add("tracks whose boxes do not match the frames", source_.name);
        continue;
      }
      const auto is_empty = [](const Blob& mask) { return mask.empty(); };
      if (std::all_of(object.masks.begin(), object.masks.end(), is_empty)) object.masks.clear();
      kept.push_back(std::move(object));
    }
    sequence_.objects = std::move(kept);
    return std::move(sequence_);
  }

 private:
  void add_objects(const std::vector<SourceObject>& objects) {
    for (const SourceObject& object : objects) {
      sequence_.objects.push_back({object.label, {}, {}});
      given_boxes_.push_back(object.boxes.size());
    }
  }

  void add(const PackedFrame& frame) {
    sequence_.frames.push_back({writer_.add(frame.picture), frame.size});
    for (std::size_t i = 0; i < frame.boxes.size(); ++i) {
      const Bytes& mask = frame.masks[i];
      sequence_.objects[i].boxes.push_back(frame.boxes[i]);
      sequence_.objects[i].masks.push_back(mask.empty() ? Blob() : writer_.add(mask));
    }
  }

  const SourceSequence& source_;
  CacheWriter& writer_;
  Complaints& complaints_;
  Sequence sequence_;
  std::vector<std::size_t> given_boxes_;  ///< one per object
};

}  // namespace

std::vector<Sequence> prepare(const std::vector<SourceSequence>& sources,
                              const PrepareOptions& options, Complaints& complaints) {
  CacheWriter writer(options.folder, options.shard_bytes);
  const Parts parts(sources, options);
  OrderedPool<Part> pool([&](std::int64_t index) { return parts.make(index); }, {0, parts.count()},
                         kPartsAhead, std::max(1, options.threads));
  std::vector<Sequence> sequences;
  std::int64_t part = 0;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    SequenceWriter one(sources[i], writer, complaints);
    for (; part < parts.end(i); ++part) one.add(pool.next());
    Sequence sequence = one.finish();
    if (!sequence.frames.empty()) sequences.push_back(std::move(sequence));
    if (options.progress) {
      options.progress(static_cast<int>(i) + 1, static_cast<int>(sources.size()));
    }
  }
  writer.finish(sequences);
  return sequences;
}

}  // namespace siamtrack::training
