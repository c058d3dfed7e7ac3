// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/prepare.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/videoio.hpp>

#include "training/fit.h"
#include "training/index_mask.h"
#include "training/self_label.h"

namespace siamtrack::training {
namespace {

constexpr int kJpegQuality = 92;  // for what is not stored as it came; no visible loss

using Bytes = std::vector<std::uint8_t>;

Bytes read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Pixels of which the polygons cover more than half. cv::fillPoly() also fills what an edge merely
/// touches, half a pixel to each side, so it works on finer pixels here, where polygons are.
cv::Mat filled(const std::vector<std::vector<double>>& polygons, Size frame) {
  constexpr int kFine = 8;
  std::vector<std::vector<cv::Point>> outlines;
  cv::Rect reach;
  for (const auto& polygon : polygons) {
    std::vector<cv::Point> outline;
    for (std::size_t i = 0; i + 1 < polygon.size(); i += 2) {
      outline.emplace_back(cvRound(polygon[i] * kFine - 0.5),
                           cvRound(polygon[i + 1] * kFine - 0.5));
    }
    if (outline.empty()) continue;
    reach |= cv::boundingRect(outline);
    outlines.push_back(std::move(outline));
  }
  cv::Mat mask(frame.height, frame.width, CV_8U, cv::Scalar(0));
  const cv::Point first(reach.x / kFine - 1, reach.y / kFine - 1);
  const cv::Point last(reach.br().x / kFine + 2, reach.br().y / kFine + 2);
  const cv::Rect place = cv::Rect(first, last) & cv::Rect(0, 0, frame.width, frame.height);
  if (place.empty()) return mask;
  cv::Mat fine(place.height * kFine, place.width * kFine, CV_8U, cv::Scalar(0));
  for (const auto& outline : outlines) {
    cv::fillPoly(fine, std::vector<std::vector<cv::Point>>{outline}, cv::Scalar(255), cv::LINE_8, 0,
                 -place.tl() * kFine);
  }
  cv::Mat covered;
  cv::resize(fine, covered, place.size(), 0, 0, cv::INTER_AREA);
  mask(place).setTo(255, covered > 127);
  return mask;
}

/// Whether there is a mask that shows nothing of what the box is about.
bool is_empty_inside(const cv::Mat& mask, const Box& box) {
  if (mask.empty()) return false;
  const Box seen = intersection(box, Box{0, 0, double(mask.cols), double(mask.rows)});
  const cv::Point first(cvFloor(seen.x), cvFloor(seen.y));
  const cv::Point last(cvCeil(seen.x + seen.width), cvCeil(seen.y + seen.height));
  return cv::countNonZero(mask(cv::Rect(first, last))) == 0;
}

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

/// Packs one source sequence after another.
class Packer {
 public:
  Packer(CacheWriter& writer, Complaints& complaints) : writer_(writer), complaints_(complaints) {}

  Sequence pack(const SourceSequence& source) {
    Sequence sequence{source.set, source.name, {}, {}};
    for (const SourceObject& object : source.objects) {
      sequence.objects.push_back({object.label, {}, {}});
    }
    const std::size_t frames =
        source.video.empty() ? pack_pictures(source, sequence) : pack_video(source, sequence);
    drop_useless_objects(source, frames, sequence);
    return sequence;
  }

 private:
  std::size_t pack_pictures(const SourceSequence& source, Sequence& sequence) {
    for (std::size_t i = 0; i < source.frames.size(); ++i) {
      const Bytes bytes = read_file(source.frames[i]);
      const cv::Mat picture = bytes.empty() ? cv::Mat() : cv::imdecode(bytes, cv::IMREAD_COLOR);
      if (picture.empty()) {
        complaints_.add(bytes.empty() ? "missing pictures" : "unreadable pictures",
                        source.frames[i]);
      } else {
        pack_frame(source, i, picture, bytes, sequence);
      }
    }
    return source.frames.size();
  }

  std::size_t pack_video(const SourceSequence& source, Sequence& sequence) {
    cv::VideoCapture video(source.video);
    cv::Mat picture;
    std::size_t count = 0;
    for (; video.read(picture); ++count) pack_frame(source, count, picture, {}, sequence);
    if (count == 0) complaints_.add("missing or unreadable videos", source.video);
    return count;
  }

  /// @param bytes  the picture as its file has it; empty: a frame of a video
  void pack_frame(const SourceSequence& source, std::size_t i, const cv::Mat& picture,
                  const Bytes& bytes, Sequence& sequence) {
    const Size size{picture.cols, picture.rows};
    std::vector<cv::Mat> masks;
    std::vector<std::optional<Box>> boxes;
    std::vector<Box> present;
    for (const SourceObject& object : source.objects) {
      masks.push_back(i < object.masks.size() ? read_mask(object.masks[i], size) : cv::Mat());
      const std::optional<Box> box = box_of(object, i, masks.back(), size, source.name);
      if (box) present.push_back(*box);
      if (box && is_empty_inside(masks.back(), *box)) {
        complaints_.add("masks that are empty inside their boxes", source.name);
        masks.back().release();  // a box shows something: its outline is not known
      }
      boxes.push_back(box);
    }
    const Fit fit = fit_frame(size, present);
    sequence.frames.push_back(store(picture, bytes, fit));
    for (std::size_t k = 0; k < boxes.size(); ++k) {
      Object& object = sequence.objects[k];
      const std::optional<Box>& box = boxes[k];
      object.boxes.push_back(box ? std::optional<Box>(fit.apply(*box)) : std::nullopt);
      object.masks.push_back(box && !masks[k].empty() ? store_mask(masks[k], fit) : Blob());
    }
  }

  Frame store(const cv::Mat& picture, const Bytes& bytes, const Fit& fit) {
    if (fit.whole && !bytes.empty()) {
      return {writer_.add(bytes), {picture.cols, picture.rows}};
    }
    const cv::Mat kept = fit.whole ? picture : fit.apply(picture, cv::INTER_AREA);
    Bytes encoded;
    cv::imencode(".jpg", kept, encoded, {cv::IMWRITE_JPEG_QUALITY, kJpegQuality});
    return {writer_.add(encoded), {kept.cols, kept.rows}};
  }

  Blob store_mask(const cv::Mat& mask, const Fit& fit) {
    // By area as the picture: the nearest pixel is the one up and to the left, half a pixel off.
    const cv::Mat kept = fit.whole ? mask : cv::Mat(fit.apply(mask, cv::INTER_AREA) > 127);
    Bytes encoded;
    cv::imencode(".png", kept, encoded, {cv::IMWRITE_PNG_BILEVEL, 1});
    return writer_.add(encoded);
  }

  /// 255 inside; empty when there is none.
  cv::Mat read_mask(const SourceMask& source, Size frame) {
    if (!source.polygons.empty()) return filled(source.polygons, frame);
    if (source.file.empty()) return {};
    const cv::Mat mask = read_index_mask(source.file);
    if (mask.cols != frame.width || mask.rows != frame.height) {
      complaints_.add("masks missing or of another size than the picture", source.file);
      return {};
    }
    return source.value == 0 ? cv::Mat(mask > 0) : cv::Mat(mask == source.value);
  }

  std::optional<Box> box_of(const SourceObject& object, std::size_t i, const cv::Mat& mask,
                            Size frame, const std::string& name) {
    if (object.boxes.empty()) {
      const cv::Rect found = mask.empty() ? cv::Rect() : cv::boundingRect(mask);
      if (found.empty()) return std::nullopt;
      return Box{static_cast<double>(found.x), static_cast<double>(found.y),
                 static_cast<double>(found.width), static_cast<double>(found.height)};
    }
    const std::optional<Box> given = i < object.boxes.size() ? object.boxes[i] : std::nullopt;
    if (!given) return std::nullopt;
    const Box& box = *given;
    const bool finite = std::isfinite(box.x) && std::isfinite(box.y) && std::isfinite(box.width) &&
                        std::isfinite(box.height);
    const Box whole{0, 0, static_cast<double>(frame.width), static_cast<double>(frame.height)};
    if (finite && intersection(box, whole).area() > 0) return box;
    complaints_.add("boxes outside their picture", name);
    return std::nullopt;
  }

  void drop_useless_objects(const SourceSequence& source, std::size_t frames, Sequence& sequence) {
    std::vector<Object> kept;
    for (std::size_t k = 0; k < source.objects.size(); ++k) {
      Object& object = sequence.objects[k];
      const std::size_t boxes = source.objects[k].boxes.size();
      if (boxes != 0 && boxes != frames) {
        complaints_.add("tracks whose boxes do not match the frames", source.name);
        continue;
      }
      const auto is_empty = [](const Blob& mask) { return mask.empty(); };
      if (std::all_of(object.masks.begin(), object.masks.end(), is_empty)) object.masks.clear();
      kept.push_back(std::move(object));
    }
    sequence.objects = std::move(kept);
  }

  CacheWriter& writer_;
  Complaints& complaints_;
};

}  // namespace

std::vector<Sequence> prepare(const std::vector<SourceSequence>& sources,
                              const PrepareOptions& options, Complaints& complaints) {
  CacheWriter writer(options.folder, options.shard_bytes);
  Packer packer(writer, complaints);
  std::vector<Sequence> sequences;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    SourceSequence source = sources[i];
    if (options.self_label > 0 && source.objects.empty()) {
      source.objects = self_label(grey_frames(source), options.self_label, i);
    }
    Sequence sequence = packer.pack(source);
    if (!sequence.frames.empty()) sequences.push_back(std::move(sequence));
    if (options.progress) {
      options.progress(static_cast<int>(i) + 1, static_cast<int>(sources.size()));
    }
  }
  writer.finish(sequences);
  return sequences;
}

}  // namespace siamtrack::training
