// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <cmath>
#include <map>
#include <opencv2/imgproc.hpp>
#include <optional>

#include "evaluation/masks.h"
#include "evaluation/readers/readers.h"
#include "evaluation/text.h"
#include "siamtrack/error.h"

namespace siamtrack::evaluation::readers {
namespace {

constexpr std::size_t kTlpColumns = 6;  // frame, x, y, w, h, lost

Region region_of_line(const std::string& line) {
  const auto numbers = parse_numbers(line);
  if (numbers && numbers->size() == kTlpColumns) {
    const auto& n = *numbers;
    if (n[5] != 0) return Special{0};
    return Box{n[1], n[2], n[3], n[4]};
  }
  return parse_region(line);
}

struct NumberedName {
  std::string prefix, suffix;
  long number = 0;
  std::size_t digits = 0;
};

/// The last run of digits of a file name; nothing when it has none.
std::optional<NumberedName> numbered(const std::string& file) {
  const std::size_t end = file.find_last_of("0123456789");
  if (end == std::string::npos) return std::nullopt;
  std::size_t begin = file.find_last_not_of("0123456789", end);
  begin = begin == std::string::npos ? 0 : begin + 1;
  const std::size_t digits = end + 1 - begin;
  if (digits > 9) return std::nullopt;
  return NumberedName{file.substr(0, begin), file.substr(end + 1),
                      std::stol(file.substr(begin, digits)), digits};
}

/// Puts the names of missing pictures back, so that the others keep their line of the annotation.
void fill_gaps(Sequence& sequence, Problems& problems) {
  std::vector<std::string> files;
  for (const std::string& file : sequence.images) {
    const auto now = numbered(file);
    const auto before = files.empty() ? std::nullopt : numbered(files.back());
    if (now && before && now->prefix == before->prefix) {
      for (long k = before->number + 1;
           k < now->number && files.size() < sequence.ground_truth.size(); ++k) {
        std::string digits = std::to_string(k);
        if (digits.size() < before->digits) digits.insert(0, before->digits - digits.size(), '0');
        files.push_back(now->prefix + digits + now->suffix);
        problems.push_back({sequence.name, files.back(), 0, "picture is missing"});
      }
    }
    files.push_back(file);
  }
  sequence.images = std::move(files);
}

bool outside(double ratio, double limit) { return ratio > limit || ratio < 1 / limit; }

}  // namespace

std::vector<Region> read_regions(const fs::path& file, const std::string& sequence,
                                 Problems& problems) {
  std::vector<Region> regions;
  const auto lines = read_lines(file);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    try {
      regions.push_back(region_of_line(lines[i]));
    } catch (const Error& error) {
      regions.push_back(Special{0});
      problems.push_back({sequence, file.string(), static_cast<long>(i + 1),
                          std::string(error.what()) + "; frame counts as not annotated"});
    }
  }
  return regions;
}

std::vector<double> read_flags(const fs::path& file) {
  if (!fs::exists(file)) return {};
  std::vector<double> flags;
  for (const auto& line : read_lines(file)) {
    const auto numbers = parse_numbers(line);
    if (numbers) flags.insert(flags.end(), numbers->begin(), numbers->end());
  }
  return flags;
}

void match_lengths(Sequence& sequence, const fs::path& annotation, Problems& problems) {
  if (!sequence.video.empty()) return;  // only reading tells how long a video is
  if (sequence.images.size() < sequence.ground_truth.size()) fill_gaps(sequence, problems);
  const auto pictures = sequence.images.size();
  const auto lines = sequence.ground_truth.size();
  if (pictures == lines) return;
  const std::string counts =
      std::to_string(lines) + " annotations for " + std::to_string(pictures) + " pictures; ";
  if (lines > pictures) {
    sequence.ground_truth.resize(pictures);
    problems.push_back({sequence.name, annotation.string(), static_cast<long>(pictures + 1),
                        counts + "lines from here on left out"});
  } else {
    problems.push_back(
        {sequence.name, sequence.images[lines], 0, counts + "pictures from here on left out"});
    sequence.images.resize(lines);
  }
}

std::vector<std::string> masks_of(const Sequence& sequence, const fs::path& folder,
                                  Problems& problems) {
  auto files = list_images(folder);
  if (files.empty() || !sequence.video.empty()) return files;  // a video's frames have no names
  std::map<std::string, std::string> by_stem;
  for (const auto& file : files) by_stem[fs::path(file).stem().string()] = file;
  std::vector<std::string> masks, without;
  for (const auto& picture : sequence.images) {
    masks.push_back(by_stem[fs::path(picture).stem().string()]);
    if (masks.back().empty()) without.push_back(picture);
  }
  if (!without.empty()) {
    problems.push_back({sequence.name, without.front(), 0,
                        "no mask of this name in " + folder.string() + "; " +
                            std::to_string(without.size()) + " of " + std::to_string(masks.size()) +
                            " pictures have none"});
  }
  return masks;
}

std::vector<Region> regions_of_masks(const std::vector<std::string>& files,
                                     const std::string& sequence, Problems& problems) {
  std::vector<Region> regions;
  for (const auto& file : files) {
    if (file.empty()) {  // told by masks_of()
      regions.push_back(Special{0});
      continue;
    }
    const cv::Mat mask = read_mask(file);
    if (mask.empty()) problems.push_back({sequence, file, 0, "mask cannot be read"});
    const cv::Rect box = mask.empty() ? cv::Rect() : cv::boundingRect(mask);
    if (box.empty()) {
      regions.push_back(Special{0});
    } else {
      regions.push_back(Box{double(box.x), double(box.y), double(box.width), double(box.height)});
    }
  }
  return regions;
}

void derive_attributes(Sequence& sequence) {
  constexpr double kFastMotion = 20;      // px between two frames, OTB
  constexpr double kLowResolution = 400;  // px^2, OTB
  const auto boxes = sequence.boxes();
  Box first = no_box(), last = no_box();
  bool scale = false, fast = false, low = false, absent = false, aspect = false;
  for (const Box& box : boxes) {
    if (!is_valid(box)) {
      absent = true;
      last = no_box();
      continue;
    }
    if (!is_valid(first)) first = box;
    scale |= outside(box.area() / first.area(), 4);
    aspect |= outside((box.width / box.height) / (first.width / first.height), 2);
    low |= box.area() < kLowResolution;
    fast |= is_valid(last) && std::hypot(box.centre_x() - last.centre_x(),
                                         box.centre_y() - last.centre_y()) > kFastMotion;
    last = box;
  }
  const auto add = [&](bool has, const char* name) {
    auto& list = sequence.attributes;
    if (has && std::find(list.begin(), list.end(), name) == list.end()) list.emplace_back(name);
  };
  add(scale, "SV");
  add(fast, "FM");
  add(low, "LR");
  add(absent, "OV");
  add(aspect, "ARC");
}

}  // namespace siamtrack::evaluation::readers
