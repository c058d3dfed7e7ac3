// SPDX-License-Identifier: LGPL-2.1-or-later
#include "evaluation/frame_source.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/videoio.hpp>

#include "evaluation/sequence.h"
#include "evaluation/text.h"
#include "siamtrack/error.h"

namespace siamtrack::evaluation {
namespace {

class ImageFolder final : public FrameSource {
 public:
  ImageFolder(std::vector<std::string> files, double fps) : files_(std::move(files)), fps_(fps) {}
  cv::Mat at(long index) override {
    if (index < 0 || index >= count()) return {};
    return cv::imread(files_[static_cast<std::size_t>(index)], cv::IMREAD_COLOR);
  }
  long count() const override { return static_cast<long>(files_.size()); }
  double fps() const override { return fps_; }
  std::string describe(long index) const override {
    return index >= 0 && index < count()
               ? files_[static_cast<std::size_t>(index)]
               : "picture " + std::to_string(index) + " (from 0) of " + std::to_string(count());
  }

 private:
  std::vector<std::string> files_;
  double fps_;
};

class Video final : public FrameSource {
 public:
  explicit Video(std::string path) : path_(std::move(path)) { open(); }

  cv::Mat at(long index) override {
    if (index == next_ - 1 && !last_.empty()) return last_.clone();
    if (index < next_) open();
    for (; next_ < index; ++next_) {
      if (!capture_.grab()) return {};
    }
    cv::Mat frame;
    if (!capture_.read(frame)) return {};
    ++next_;
    last_ = frame.clone();  // a re-initialisation asks for the same frame again
    return frame;
  }
  // Containers often state a wrong number of frames, so only reading tells.
  long count() const override { return -1; }
  double fps() const override { return fps_; }
  std::string describe(long index) const override {
    return path_ + ", frame " + std::to_string(index);
  }

 private:
  void open() {
    if (!capture_.open(path_, cv::CAP_ANY)) {
      throw Error(ErrorCode::kIo, path_ + ": expected a readable video file");
    }
    const double fps = capture_.get(cv::CAP_PROP_FPS);
    fps_ = fps > 0 ? fps : 0;
    next_ = 0;
    last_.release();
  }

  std::string path_;
  cv::VideoCapture capture_;
  cv::Mat last_;
  double fps_ = 0;
  long next_ = 0;
};

class Camera final : public FrameSource {
 public:
  explicit Camera(int number) : number_(number) {
    if (!capture_.open(number)) {
      throw Error(ErrorCode::kIo, "camera " + std::to_string(number) + ": could not be opened");
    }
  }
  cv::Mat at(long) override {
    cv::Mat frame;
    return capture_.read(frame) ? frame : cv::Mat();
  }
  long count() const override { return -1; }
  double fps() const override { return std::max(0.0, capture_.get(cv::CAP_PROP_FPS)); }
  std::string describe(long index) const override {
    return "camera " + std::to_string(number_) + ", frame " + std::to_string(index);
  }

 private:
  int number_;
  cv::VideoCapture capture_;
};

bool is_number(const std::string& text) {
  return !text.empty() && text.size() < 4 && std::all_of(text.begin(), text.end(), [](char c) {
    return std::isdigit(static_cast<unsigned char>(c)) != 0;
  });
}

}  // namespace

std::unique_ptr<FrameSource> open_source(const std::string& path_or_camera) {
  namespace fs = std::filesystem;
  if (is_number(path_or_camera)) return std::make_unique<Camera>(std::stoi(path_or_camera));
  if (!fs::is_directory(path_or_camera)) {
    if (!fs::exists(path_or_camera) && path_or_camera.find("://") == std::string::npos) {
      throw Error(ErrorCode::kIo, path_or_camera +
                                      ": expected a video file, a folder of pictures or "
                                      "a camera number, found nothing");
    }
    return std::make_unique<Video>(path_or_camera);
  }
  for (const fs::path& folder : {fs::path(path_or_camera), fs::path(path_or_camera) / "img"}) {
    auto images = list_images(folder);
    if (!images.empty()) return std::make_unique<ImageFolder>(std::move(images), 0);
  }
  const std::string video = find_video(path_or_camera);
  if (!video.empty()) return std::make_unique<Video>(video);
  throw Error(ErrorCode::kIo, path_or_camera + ": expected a folder of pictures, found none in it");
}

std::unique_ptr<FrameSource> open_source(const Sequence& sequence) {
  if (!sequence.video.empty()) return std::make_unique<Video>(sequence.video);
  return std::make_unique<ImageFolder>(sequence.images, sequence.fps);
}

cv::Mat frame_of(const Sequence& sequence, long index) {
  try {
    return open_source(sequence)->at(index);
  } catch (const Error&) {
    return {};
  }
}

FrameView view_of(const cv::Mat& bgr) {
  if (bgr.type() != CV_8UC3) {
    throw Error(ErrorCode::kUnsupportedInput,
                "expected an 8-bit BGR picture, found OpenCV type " + std::to_string(bgr.type()));
  }
  FrameView view;
  view.format = PixelFormat::kBgr;
  view.size = {bgr.cols, bgr.rows};
  view.planes[0] = {bgr.data, static_cast<std::ptrdiff_t>(bgr.step)};
  return view;
}

}  // namespace siamtrack::evaluation
