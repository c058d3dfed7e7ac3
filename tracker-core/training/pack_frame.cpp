// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/pack_frame.h"

#include <cmath>
#include <fstream>
#include <iterator>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/videoio.hpp>

#include "training/fit.h"
#include "training/index_mask.h"

namespace siamtrack::training {
namespace {

constexpr int kJpegQuality = 92;  // for what is not stored as it came; no visible loss

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

/// 255 inside; empty when there is none.
cv::Mat read_mask(const SourceMask& source, Size frame, Complaints& complaints) {
  if (!source.polygons.empty()) return filled(source.polygons, frame);
  if (source.file.empty()) return {};
  const cv::Mat mask = read_index_mask(source.file);
  if (mask.cols != frame.width || mask.rows != frame.height) {
    complaints.add("masks missing or of another size than the picture", source.file);
    return {};
  }
  return source.value == 0 ? cv::Mat(mask > 0) : cv::Mat(mask == source.value);
}

std::optional<Box> box_of_mask(const cv::Mat& mask) {
  const cv::Rect found = mask.empty() ? cv::Rect() : cv::boundingRect(mask);
  if (found.empty()) return std::nullopt;
  return Box{static_cast<double>(found.x), static_cast<double>(found.y),
             static_cast<double>(found.width), static_cast<double>(found.height)};
}

bool is_usable(const Box& box, Size frame) {
  const bool finite = std::isfinite(box.x) && std::isfinite(box.y) && std::isfinite(box.width) &&
                      std::isfinite(box.height);
  const Box whole{0, 0, static_cast<double>(frame.width), static_cast<double>(frame.height)};
  return finite && intersection(box, whole).area() > 0;
}

Bytes stored_picture(const cv::Mat& picture, const Bytes& bytes, const Fit& fit) {
  if (fit.whole && !bytes.empty()) return bytes;
  const cv::Mat kept = fit.whole ? picture : fit.apply(picture, cv::INTER_AREA);
  Bytes encoded;
  cv::imencode(".jpg", kept, encoded, {cv::IMWRITE_JPEG_QUALITY, kJpegQuality});
  return encoded;
}

Bytes stored_mask(const cv::Mat& mask, const Fit& fit) {
  // By area as the picture: the nearest pixel is the one up and to the left, half a pixel off.
  const cv::Mat kept = fit.whole ? mask : cv::Mat(fit.apply(mask, cv::INTER_AREA) > 127);
  Bytes encoded;
  cv::imencode(".png", kept, encoded, {cv::IMWRITE_PNG_BILEVEL, 1});
  return encoded;
}

/// One object in one frame of its source.
struct Seen {
  std::optional<Box> box;
  cv::Mat mask;
};

Seen see(const SourceObject& object, std::size_t frame, Size size, const std::string& name,
         Complaints& complaints) {
  Seen seen;
  if (frame < object.masks.size()) seen.mask = read_mask(object.masks[frame], size, complaints);
  if (object.boxes.empty()) {
    seen.box = box_of_mask(seen.mask);
  } else if (frame < object.boxes.size() && object.boxes[frame]) {
    if (is_usable(*object.boxes[frame], size)) {
      seen.box = object.boxes[frame];
    } else {
      complaints.add("boxes outside their picture", name);
    }
  }
  if (seen.box && is_empty_inside(seen.mask, *seen.box)) {
    complaints.add("masks that are empty inside their boxes", name);
    seen.mask.release();  // a box shows something: its outline is not known
  }
  return seen;
}

/// @param bytes  the picture as its file has it; empty: a frame of a video
PackedFrame pack(const SourceSequence& source, std::size_t frame, const cv::Mat& picture,
                 const Bytes& bytes, Complaints& complaints) {
  const Size size{picture.cols, picture.rows};
  std::vector<Seen> objects;
  std::vector<Box> present;
  for (const SourceObject& object : source.objects) {
    objects.push_back(see(object, frame, size, source.name, complaints));
    if (objects.back().box) present.push_back(*objects.back().box);
  }
  const Fit fit = fit_frame(size, present);
  const cv::Size stored = fit.stored();
  PackedFrame packed{stored_picture(picture, bytes, fit), {stored.width, stored.height}, {}, {}};
  for (const Seen& object : objects) {
    packed.boxes.push_back(object.box ? std::optional(fit.apply(*object.box)) : std::nullopt);
    const bool outlined = object.box && !object.mask.empty();
    packed.masks.push_back(outlined ? stored_mask(object.mask, fit) : Bytes());
  }
  return packed;
}

}  // namespace

Packed pack_picture(const SourceSequence& source, std::size_t frame) {
  Packed packed;
  const std::string& file = source.frames.at(frame);
  const Bytes bytes = read_file(file);
  const cv::Mat picture = bytes.empty() ? cv::Mat() : cv::imdecode(bytes, cv::IMREAD_COLOR);
  if (picture.empty()) {
    packed.complaints.add(bytes.empty() ? "missing pictures" : "unreadable pictures", file);
  } else {
    packed.frames.push_back(pack(source, frame, picture, bytes, packed.complaints));
  }
  return packed;
}

Packed pack_video(const SourceSequence& source) {
  Packed packed;
  cv::VideoCapture video(source.video);
  cv::Mat picture;
  while (video.read(picture)) {
    const std::size_t frame = packed.frames.size();
    packed.frames.push_back(pack(source, frame, picture, {}, packed.complaints));
  }
  if (packed.frames.empty()) {
    packed.complaints.add("missing or unreadable videos", source.video);
  }
  return packed;
}

}  // namespace siamtrack::training
