// SPDX-License-Identifier: LGPL-2.1-or-later
#include <filesystem>
#include <fstream>
#include <map>
#include <opencv2/imgcodecs.hpp>
#include <sstream>

#include "training/readers/files.h"
#include "training/readers/readers.h"

namespace siamtrack::training {
namespace {

enum Column {
  kVideo,
  kTime,
  kClass,
  kName,
  kObject,
  kPresence,
  kLeft,
  kRight,
  kTop,
  kBottom,
  kCount
};

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream in(line);
  for (std::string cell; std::getline(in, cell, ',');) cells.push_back(cell);
  return cells;
}

/// One object's rows of the table: time in ms -> box as fractions of the frame, when present.
struct Segment {
  std::string label;
  std::map<long, std::optional<Box>> boxes;
};

std::optional<Box> fractions(const std::vector<std::string>& row) {
  if (row[kPresence] != "present") return std::nullopt;
  const double left = std::stod(row[kLeft]), top = std::stod(row[kTop]);
  return Box{left, top, std::stod(row[kRight]) - left, std::stod(row[kBottom]) - top};
}

std::optional<Box> in_pixels(const std::optional<Box>& fractions, const cv::Size& size) {
  if (!fractions || size.empty()) return std::nullopt;
  return Box{fractions->x * size.width, fractions->y * size.height, fractions->width * size.width,
             fractions->height * size.height};
}

/// The fractions in pixels. Opens the first frame: the table does not say how large it is.
SourceSequence to_sequence(const std::string& folder, const std::string& key,
                           const std::string& video, const Segment& segment) {
  SourceSequence sequence{"youtube-bb", key, {}, "", {{segment.label, {}, {}}}};
  cv::Size size;
  for (const auto& [time, box] : segment.boxes) {
    const std::string file = folder + "/frames/" + video + "/" + std::to_string(time) + ".jpg";
    if (size.empty()) size = cv::imread(file).size();
    sequence.frames.push_back(file);
    sequence.objects[0].boxes.push_back(in_pixels(box, size));
  }
  return sequence;
}

using Segments = std::map<std::pair<std::string, std::string>, Segment>;  // video, class + object

/// Throws  std::logic_error for too few columns, or no number where one belongs
void add_row(const std::vector<std::string>& row, Segments& segments) {
  if (row.size() < kCount) throw std::invalid_argument("columns");
  Segment& segment = segments[{row[kVideo], row[kClass] + "-" + row[kObject]}];
  segment.label = row[kName];
  segment.boxes.insert_or_assign(std::stol(row[kTime]), fractions(row));
}

}  // namespace

std::vector<SourceSequence> read_youtube_bb(const std::string& folder, Complaints& complaints) {
  const std::string table = folder + "/annotations.csv";
  require("YouTube-BB " + folder, table);
  Segments segments;
  std::ifstream in(table);
  int number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    try {
      add_row(split(line), segments);
    } catch (const std::logic_error&) {
      complaints.add("table rows that cannot be read", table + ":" + std::to_string(number));
    }
  }
  std::vector<SourceSequence> sequences;
  for (const auto& [key, segment] : segments) {
    sequences.push_back(to_sequence(folder, key.first + "-" + key.second, key.first, segment));
  }
  return sequences;
}

}  // namespace siamtrack::training
