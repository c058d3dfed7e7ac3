// SPDX-License-Identifier: LGPL-2.1-or-later
// Data sets whose pictures and annotation lie in two trees.
#include <algorithm>
#include <regex>
#include <set>

#include "evaluation/readers/readers.h"
#include "evaluation/text.h"

namespace siamtrack::evaluation::readers {
namespace {

std::vector<fs::path> sorted_entries(const fs::path& folder) {
  std::vector<fs::path> entries;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) entries.push_back(entry.path());
  std::sort(entries.begin(), entries.end());
  return entries;
}

struct UavEntry {
  std::string folder;
  std::size_t first = 1, last = 0;
};

/// One struct('name','bird1_1','path','...\bird1\','startFrame',1,'endFrame',253,...) of
/// configSeqs.m; several sequences are parts of one folder.
std::map<std::string, UavEntry> read_config(const fs::path& file) {
  std::map<std::string, UavEntry> entries;
  if (!fs::exists(file)) return entries;
  static const std::regex pattern(
      R"('name','([^']+)','path','([^']*)','startFrame',(\d+),'endFrame',(\d+))");
  for (const auto& line : read_lines(file)) {
    for (std::sregex_iterator match(line.begin(), line.end(), pattern), end; match != end;
         ++match) {
      std::string path = (*match)[2];
      std::replace(path.begin(), path.end(), '\\', '/');
      while (path.ends_with('/')) path.pop_back();
      entries[(*match)[1]] = {fs::path(path).filename().string(), std::stoul((*match)[3]),
                              std::stoul((*match)[4])};
    }
  }
  return entries;
}

/// Names in all ImageSets/**/val.txt: alone a line, as in DAVIS-2017, or as the folder of a picture
/// ("/JPEGImages/480p/dog/00000.jpg ..."), as in DAVIS-2016. Empty: no such list.
std::set<std::string> validation_names(const fs::path& lists) {
  std::set<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::recursive_directory_iterator(lists, error)) {
    if (entry.path().filename() != "val.txt") continue;
    for (const std::string& line : read_lines(entry.path())) {
      const std::string text = trimmed(line);
      const fs::path first = text.substr(0, text.find(' '));
      if (first.has_extension()) {
        names.insert(first.parent_path().filename().string());
      } else if (!first.empty()) {
        names.insert(first.string());
      }
    }
  }
  return names;
}

void add(Sequence sequence, const fs::path& annotation, Output out) {
  if (sequence.images.empty()) {
    out.problems.push_back({sequence.name, annotation.string(), 0, "no pictures; left out"});
    return;
  }
  match_lengths(sequence, annotation, out.problems);
  out.sequences.push_back(std::move(sequence));
}

}  // namespace

void read_uav123(const fs::path& root, Output out) {
  const auto config = read_config(root / "configSeqs.m");
  for (const auto& annotation : sorted_entries(root / "anno" / "UAV123")) {
    if (annotation.extension() != ".txt") continue;
    Sequence sequence;
    sequence.name = annotation.stem().string();
    sequence.dataset = "UAV123";
    const auto entry = config.find(sequence.name);
    const fs::path pictures = root / "data_seq" / "UAV123";
    sequence.images =
        list_images(pictures / (entry == config.end() ? sequence.name : entry->second.folder));
    if (entry != config.end()) {
      const auto end = std::min(entry->second.last, sequence.images.size());
      const auto begin = std::min(entry->second.first - 1, end);
      sequence.images = {sequence.images.begin() + static_cast<std::ptrdiff_t>(begin),
                         sequence.images.begin() + static_cast<std::ptrdiff_t>(end)};
    }
    sequence.ground_truth = read_regions(annotation, sequence.name, out.problems);
    add(std::move(sequence), annotation, out);
  }
}

void read_davis(const fs::path& root, Output out) {
  const std::set<std::string> wanted = validation_names(root / "ImageSets");
  for (const auto& folder : sorted_entries(root / "Annotations" / "480p")) {
    if (!fs::is_directory(folder)) continue;
    Sequence sequence;
    sequence.name = folder.filename().string();
    if (!wanted.empty() && !wanted.contains(sequence.name)) continue;
    sequence.dataset = "DAVIS";
    sequence.images = list_images(root / "JPEGImages" / "480p" / sequence.name);
    // A picture that is missing gets its place back before the masks are put to their pictures.
    sequence.ground_truth.resize(std::max(list_images(folder).size(), sequence.images.size()));
    if (!sequence.images.empty()) match_lengths(sequence, folder, out.problems);
    sequence.masks = masks_of(sequence, folder, out.problems);
    sequence.ground_truth = regions_of_masks(sequence.masks, sequence.name, out.problems);
    add(std::move(sequence), folder, out);
  }
}

void read_trackingnet(const fs::path& root, Output out) {
  for (const auto& annotation : sorted_entries(root / "anno")) {
    if (annotation.extension() != ".txt") continue;
    Sequence sequence;
    sequence.name = annotation.stem().string();
    sequence.dataset = "TrackingNet";
    sequence.images = list_images(root / "frames" / sequence.name);
    sequence.ground_truth = read_regions(annotation, sequence.name, out.problems);
    if (sequence.length() == 1) sequence.ground_truth.resize(sequence.images.size(), Special{0});
    add(std::move(sequence), annotation, out);
  }
}

fs::path box_file_of(const fs::path& video) {
  for (const fs::path& boxes :
       {fs::path(video.string() + ".txt"), fs::path(video).replace_extension(".txt"),
        video.parent_path() / "groundtruth_rect.txt"}) {
    if (fs::exists(boxes)) return boxes;
  }
  return {};
}

void read_plain_video(const fs::path& video, Output out) {
  const fs::path boxes = box_file_of(video);
  if (boxes.empty()) {
    out.problems.push_back({video.stem().string(), video.string(), 0,
                            "no box file beside the video (same name with .txt); left out"});
    return;
  }
  Sequence sequence;
  sequence.name = video.stem().string();
  sequence.dataset = "video";
  sequence.video = video.string();
  sequence.ground_truth = read_regions(boxes, sequence.name, out.problems);
  out.sequences.push_back(std::move(sequence));
}

}  // namespace siamtrack::evaluation::readers
