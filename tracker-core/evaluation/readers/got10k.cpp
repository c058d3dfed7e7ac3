// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>

#include "evaluation/readers/ini.h"
#include "evaluation/readers/readers.h"
#include "evaluation/text.h"

namespace siamtrack::evaluation::readers {
namespace {

/// "(1920, 1080)" -> 1920 x 1080.
Size parse_resolution(std::string text) {
  std::erase_if(text, [](char c) { return c == '(' || c == ')'; });
  const auto numbers = parse_numbers(text);
  if (!numbers || numbers->size() != 2) return {};
  return {static_cast<int>(numbers->front()), static_cast<int>(numbers->back())};
}

}  // namespace

void read_got10k(const fs::path& folder, Output out) {
  Sequence sequence;
  sequence.name = folder.filename().string();
  sequence.dataset = "GOT-10k";
  sequence.images = list_images(folder);
  if (sequence.images.empty()) {
    out.problems.push_back({sequence.name, folder.string(), 0, "no pictures; sequence left out"});
    return;
  }
  const fs::path annotation = folder / "groundtruth.txt";
  sequence.ground_truth = read_regions(annotation, sequence.name, out.problems);
  // The test split tells the first box only; the rest is on the server.
  if (sequence.length() == 1) sequence.ground_truth.resize(sequence.images.size(), Special{0});
  match_lengths(sequence, annotation, out.problems);
  const Ini meta = read_ini(folder / "meta_info.ini");
  const auto resolution = meta.find("resolution");
  if (resolution != meta.end()) sequence.size = parse_resolution(resolution->second);
  sequence.fps = 10;  // GOT-10k is annotated at 10 frames per second
  for (const double flag : read_flags(folder / "cover.label")) {
    sequence.cover.push_back(static_cast<int>(flag));
  }
  if (!sequence.cover.empty() && sequence.cover.size() < sequence.length()) {
    out.problems.push_back({sequence.name, (folder / "cover.label").string(),
                            static_cast<long>(sequence.cover.size() + 1),
                            "fewer lines than frames; the rest counts as visible"});
    sequence.cover.resize(sequence.length(), 8);
  }
  out.sequences.push_back(std::move(sequence));
}

}  // namespace siamtrack::evaluation::readers
