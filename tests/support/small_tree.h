// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <string>

#include "temporary_file.h"
#include "training/prepare.h"
#include "training/readers/readers.h"

namespace siamtrack::testing {

/// All bytes of a file.
inline std::string content(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// A temporary folder with small data sets in it.
class SmallTree {
 public:
  std::string path(const std::string& relative = "") const {
    return relative.empty() ? root_.path.string() : (root_.path / relative).string();
  }

  void text(const std::string& relative, const std::string& content) const {
    make_parent(relative);
    std::ofstream(path(relative)) << content;
  }

  /// A grey noise picture with a red square of 20 px at (x, y).
  cv::Mat picture(const std::string& relative, int width, int height, int x, int y) const {
    make_parent(relative);
    cv::Mat grey(height, width, CV_8U), picture;
    cv::RNG random(static_cast<std::uint64_t>(width * 31 + height));
    random.fill(grey, cv::RNG::UNIFORM, 60, 140);
    cv::cvtColor(grey, picture, cv::COLOR_GRAY2BGR);
    cv::rectangle(picture, cv::Rect(x, y, 20, 20), cv::Scalar(0, 0, 250), cv::FILLED);
    cv::imwrite(path(relative), picture, {cv::IMWRITE_JPEG_QUALITY, 98});
    return picture;
  }

  void mask(const std::string& relative, int width, int height, const cv::Rect& inside,
            int value = 255) const {
    make_parent(relative);
    cv::Mat mask(height, width, CV_8U, cv::Scalar(0));
    mask(inside) = value;
    cv::imwrite(path(relative), mask);
  }

  /// The plain format: one clip of three frames with a moving square and its masks, one still.
  void plain_sets() const {
    std::string frames, boxes, masks;
    for (int i = 0; i < 3; ++i) {
      const std::string file = std::to_string(i);
      picture("clips/f" + file + ".jpg", 160, 120, 40 + 10 * i, 50);
      mask("clips/m" + file + ".png", 160, 120, {40 + 10 * i, 50, 20, 20});
      const std::string comma = i > 0 ? "," : "";
      frames += comma + "\"f" + file + ".jpg\"";
      masks += comma + "\"m" + file + ".png\"";
      boxes += comma + "[" + std::to_string(40 + 10 * i) + ",50,20,20]";
    }
    text("clips/annotations.json",
         R"({"set":"clips","kind":"clips","clips":[{"name":"a","frames":[)" + frames +
             R"(],"tracks":[{"label":"square","boxes":[)" + boxes + R"(],"masks":[)" + masks +
             "]}]}]}");
    picture("stills/s.jpg", 200, 150, 90, 70);
    text(
        "stills/annotations.json",
        R"({"set":"stills","kind":"stills","images":[{"file":"s.jpg","width":200,"height":150,)"
        R"("objects":[{"box":[90,70,20,20],"label":"square","polygon":[[90,70,110,70,110,90,90,90]]}]}]})");
  }

  /// plain_sets(), packed into the folder "cache".
  void plain_cache() const {
    plain_sets();
    training::Complaints complaints;
    training::prepare(training::read_plain(path(), complaints), {.folder = path("cache")},
                      complaints);
  }

 private:
  void make_parent(const std::string& relative) const {
    std::filesystem::create_directories((root_.path / relative).parent_path());
  }

  TemporaryFolder root_;
};

}  // namespace siamtrack::testing
