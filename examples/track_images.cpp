// SPDX-License-Identifier: LGPL-2.1-or-later
// The core library alone, without GStreamer: follows a box through a video, or through a folder of
// images in the order of their names, and prints a line per frame.
//
//   track_images VIDEO|FOLDER x,y,w,h [MODEL]
#include <siamtrack/error.h>
#include <siamtrack/model.h>
#include <siamtrack/track.h>

#include <cstdio>
#include <filesystem>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/videoio.hpp>
#include <optional>
#include <string>
#include <vector>

namespace {

/// Reads frames one by one; an empty picture at the end.
class Frames {
 public:
  explicit Frames(const std::string& path) {
    if (std::filesystem::is_directory(path)) {
      cv::glob(path, images_);
    } else {
      video_.open(path);
    }
  }

  cv::Mat next() {
    cv::Mat frame;
    if (video_.isOpened()) {
      video_.read(frame);
    } else if (index_ < images_.size()) {
      frame = cv::imread(images_[index_++], cv::IMREAD_COLOR);
    }
    return frame;
  }

 private:
  cv::VideoCapture video_;
  std::vector<cv::String> images_;
  std::size_t index_ = 0;
};

/// The library borrows the pixels; nothing is copied.
siamtrack::FrameView view(const cv::Mat& frame) {
  siamtrack::FrameView result;
  result.format = siamtrack::PixelFormat::kBgr;
  result.size = {frame.cols, frame.rows};
  result.planes[0] = {frame.data, static_cast<std::ptrdiff_t>(frame.step[0])};
  return result;
}

const char* name_of(siamtrack::TrackStatus status) {
  switch (status) {
    case siamtrack::TrackStatus::kTracking:
      return "tracking";
    case siamtrack::TrackStatus::kUncertain:
      return "uncertain";
    default:
      return "lost";
  }
}

int run(const std::string& path, const siamtrack::Box& start, const std::string& model_name) {
  const auto model = siamtrack::Model::load(model_name);
  Frames frames(path);
  std::optional<siamtrack::Track> track;
  int index = 0;
  for (cv::Mat frame = frames.next(); !frame.empty(); frame = frames.next(), ++index) {
    if (track) {
      track->update(view(frame));
    } else {
      track.emplace(model, siamtrack::TrackConfig{}, view(frame), start);
    }
    const siamtrack::TrackResult& result = track->result();
    std::printf("%d %.1f %.1f %.1f %.1f %.2f %s\n", index, result.box.x, result.box.y,
                result.box.width, result.box.height, result.score, name_of(result.status));
  }
  if (index == 0) std::fprintf(stderr, "no frames in %s\n", path.c_str());
  return index == 0 ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  siamtrack::Box box;
  if (argc < 3 ||
      std::sscanf(argv[2], "%lf,%lf,%lf,%lf", &box.x, &box.y, &box.width, &box.height) != 4) {
    std::fprintf(stderr, "usage: track_images VIDEO|FOLDER x,y,w,h [MODEL]\n");
    return 2;
  }
  try {
    return run(argv[1], box, argc > 3 ? argv[3] : "default");
  } catch (const siamtrack::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
