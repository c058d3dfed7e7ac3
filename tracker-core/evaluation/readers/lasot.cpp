// SPDX-License-Identifier: LGPL-2.1-or-later
#include "evaluation/readers/readers.h"
#include "evaluation/text.h"

namespace siamtrack::evaluation::readers {

void read_lasot(const fs::path& folder, Output out) {
  Sequence sequence;
  sequence.name = folder.filename().string();
  sequence.dataset = "LaSOT";
  sequence.images = list_images(folder / "img");
  if (sequence.images.empty()) {
    out.problems.push_back({sequence.name, folder.string(), 0, "no pictures; sequence left out"});
    return;
  }
  const fs::path annotation = folder / "groundtruth.txt";
  sequence.ground_truth = read_regions(annotation, sequence.name, out.problems);
  match_lengths(sequence, annotation, out.problems);
  sequence.absent.assign(sequence.length(), false);
  for (const char* name : {"full_occlusion.txt", "out_of_view.txt"}) {
    const auto flags = read_flags(folder / name);
    for (std::size_t i = 0; i < std::min(flags.size(), sequence.length()); ++i) {
      if (flags[i] != 0) sequence.absent[i] = true;
    }
  }
  out.sequences.push_back(std::move(sequence));
}

}  // namespace siamtrack::evaluation::readers
