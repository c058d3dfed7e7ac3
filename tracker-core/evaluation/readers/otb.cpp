// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <map>

#include "evaluation/readers/readers.h"
#include "evaluation/text.h"

namespace siamtrack::evaluation::readers {
namespace {

/// First and last picture (counted from 1) of sequences whose annotation covers only a part; from
/// OTB's configSeqs.m. Pictures of other sequences begin with the annotation.
struct Range {
  std::size_t first, last;
};
const std::map<std::string, Range> kListedShort = {{"David", {300, 770}},
                                                   {"Football1", {1, 74}},
                                                   {"Freeman3", {1, 460}},
                                                   {"Freeman4", {1, 283}},
                                                   {"Diving", {1, 215}}};

std::vector<fs::path> annotations(const fs::path& folder) {
  if (fs::exists(folder / "groundtruth_polygon.txt")) return {folder / "groundtruth_polygon.txt"};
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    // Human4 has an empty first file: only files with content are targets.
    if (name.starts_with("groundtruth_rect") && name.ends_with(".txt") &&
        !read_lines(entry.path()).empty()) {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

void cut_to_listed_range(Sequence& sequence) {
  const auto listed = kListedShort.find(sequence.name);
  if (listed == kListedShort.end() || sequence.images.size() <= sequence.ground_truth.size())
    return;
  const auto [first, last] = listed->second;
  const auto end = std::min(last, sequence.images.size());
  sequence.images = {sequence.images.begin() + static_cast<std::ptrdiff_t>(first - 1),
                     sequence.images.begin() + static_cast<std::ptrdiff_t>(end)};
}

std::vector<std::string> attributes_of(const fs::path& folder) {
  std::vector<std::string> attributes;
  for (const char* name : {"attributes.txt", "attrs.txt"}) {
    if (!fs::exists(folder / name)) continue;
    for (std::string line : read_lines(folder / name)) {
      std::replace(line.begin(), line.end(), ',', '\n');
      for (std::size_t at = 0; at <= line.size();) {
        const std::size_t end = std::min(line.find('\n', at), line.size());
        const std::string word = trimmed(std::string_view(line).substr(at, end - at));
        if (!word.empty()) attributes.push_back(word);
        at = end + 1;
      }
    }
  }
  return attributes;
}

}  // namespace

void read_otb(const fs::path& folder, Output out) {
  const auto files = annotations(folder);
  const std::string base = folder.filename().string();
  if (files.empty()) {
    out.problems.push_back({base, folder.string(), 0, "annotation is empty; sequence left out"});
    return;
  }
  for (std::size_t target = 0; target < files.size(); ++target) {
    Sequence sequence;
    sequence.name = files.size() == 1 ? base : base + "." + std::to_string(target + 1);
    sequence.dataset = folder.parent_path().filename().string();
    sequence.images = list_images(folder / "img");
    if (sequence.images.empty()) sequence.images = list_images(folder);
    if (sequence.images.empty()) sequence.video = find_video(folder);
    if (sequence.images.empty() && sequence.video.empty()) {
      out.problems.push_back({base, folder.string(), 0, "no pictures and no video; left out"});
      return;
    }
    sequence.ground_truth = read_regions(files[target], sequence.name, out.problems);
    sequence.attributes = attributes_of(folder);
    cut_to_listed_range(sequence);
    match_lengths(sequence, files[target], out.problems);
    sequence.masks = masks_of(sequence, folder / "masks", out.problems);
    const bool tlp =
        parse_numbers(read_lines(files[target]).front()).value_or(std::vector<double>{}).size() ==
        6;
    const bool from_one = sequence.video.empty() && sequence.masks.empty() && !tlp &&
                          files[target].filename() != "groundtruth_polygon.txt";
    sequence.origin = from_one ? 1 : 0;
    out.sequences.push_back(std::move(sequence));
  }
}

}  // namespace siamtrack::evaluation::readers
