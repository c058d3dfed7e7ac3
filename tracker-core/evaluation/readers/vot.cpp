// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>

#include "evaluation/readers/ini.h"
#include "evaluation/readers/readers.h"
#include "evaluation/text.h"

namespace siamtrack::evaluation::readers {
namespace {

/// Folder of the colour pictures: `channels.color = color/%08d.jpg`, else color/, else the
/// sequence.
std::vector<std::string> pictures_of(const fs::path& folder, const Ini& ini) {
  const auto pattern = ini.find("channels.color");
  if (pattern != ini.end()) {
    auto images = list_images((folder / pattern->second).parent_path());
    if (!images.empty()) return images;
  }
  auto images = list_images(folder / "color");
  return images.empty() ? list_images(folder) : images;
}

double number_or(const Ini& ini, const std::string& key, double otherwise) {
  const auto entry = ini.find(key);
  if (entry == ini.end()) return otherwise;
  const auto numbers = parse_numbers(entry->second);
  return numbers && numbers->size() == 1 ? numbers->front() : otherwise;
}

void read_tags(const fs::path& folder, Sequence& sequence) {
  for (const auto& entry : fs::directory_iterator(folder)) {
    const auto extension = entry.path().extension();
    if (extension != ".tag" && extension != ".label") continue;
    std::vector<bool> tag(sequence.length(), false);  // short files mean 0 for the rest
    const auto flags = read_flags(entry.path());
    for (std::size_t i = 0; i < std::min(flags.size(), tag.size()); ++i) tag[i] = flags[i] != 0;
    const std::string name = entry.path().stem().string();
    if (std::find(tag.begin(), tag.end(), true) != tag.end()) sequence.attributes.push_back(name);
    sequence.frame_tags[name] = std::move(tag);
  }
  std::sort(sequence.attributes.begin(), sequence.attributes.end());
}

}  // namespace

void read_vot(const fs::path& folder, Output out) {
  const Ini ini = read_ini(folder / "sequence");
  Sequence sequence;
  sequence.name = folder.filename().string();
  sequence.dataset = folder.parent_path().filename().string();
  sequence.images = pictures_of(folder, ini);
  if (sequence.images.empty()) sequence.video = find_video(folder);
  if (sequence.images.empty() && sequence.video.empty()) {
    out.problems.push_back({sequence.name, folder.string(), 0, "no pictures; sequence left out"});
    return;
  }
  const fs::path annotation = folder / "groundtruth.txt";
  sequence.ground_truth = read_regions(annotation, sequence.name, out.problems);
  match_lengths(sequence, annotation, out.problems);
  sequence.fps = number_or(ini, "fps", 30);
  sequence.size = {static_cast<int>(number_or(ini, "width", 0)),
                   static_cast<int>(number_or(ini, "height", 0))};
  read_tags(folder, sequence);
  sequence.anchors = read_flags(folder / "anchor.value");
  sequence.anchors.resize(sequence.anchors.empty() ? 0 : sequence.length(), 0.0);
  out.sequences.push_back(std::move(sequence));
}

}  // namespace siamtrack::evaluation::readers
