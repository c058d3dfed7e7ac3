// SPDX-License-Identifier: LGPL-2.1-or-later
#include <filesystem>

#include "siamtrack/error.h"
#include "training/readers/files.h"
#include "training/readers/readers.h"

namespace siamtrack::training {
namespace {

/// One number per frame: a line each, or all in one line; empty when there is no such file.
std::vector<double> flags(const std::string& path) {
  std::vector<double> all;
  for (const auto& row : number_rows(path)) all.insert(all.end(), row.begin(), row.end());
  return all;
}

/// The clip of one sequence folder. Frames flagged in one of `hidden` show no target.
SourceSequence read_sequence(const std::string& set, const std::string& folder,
                             const std::vector<std::string>& frames, double origin,
                             const std::vector<std::vector<double>>& hidden) {
  SourceSequence sequence{set, std::filesystem::path(folder).filename().string(), frames, "", {}};
  SourceObject object{sequence.name, {}, {}};
  for (const auto& row : number_rows(folder + "/groundtruth.txt")) {
    object.boxes.push_back(box_of(row, origin));
    const std::size_t i = object.boxes.size() - 1;
    for (const auto& flag : hidden) {
      if (i < flag.size() && flag[i] != 0) object.boxes.back().reset();
    }
  }
  sequence.objects.push_back(std::move(object));
  return sequence;
}

}  // namespace

std::vector<SourceSequence> read_got10k(const std::string& folder, Complaints& complaints) {
  std::vector<SourceSequence> sequences;
  for (const std::string& name : folders_in(folder)) {
    if (!std::filesystem::exists(name + "/groundtruth.txt")) {
      complaints.add("sequences without groundtruth.txt", name);
      continue;
    }
    std::vector<double> covered = flags(name + "/cover.label");
    for (double& level : covered) level = level == 0;  // 0 of 8 parts visible
    sequences.push_back(read_sequence("got10k", name, files_in(name, ".jpg"), 0,
                                      {flags(name + "/absence.label"), covered}));
  }
  if (sequences.empty()) {
    throw Error(ErrorCode::kIo, "GOT-10k " + folder + ": expected */groundtruth.txt, found none");
  }
  return sequences;
}

std::vector<SourceSequence> read_lasot(const std::string& folder, Complaints& complaints) {
  std::vector<SourceSequence> sequences;
  for (const std::string& category : folders_in(folder)) {
    for (const std::string& name : folders_in(category)) {
      if (!std::filesystem::exists(name + "/groundtruth.txt")) {
        complaints.add("sequences without groundtruth.txt", name);
        continue;
      }
      sequences.push_back(
          read_sequence("lasot", name, files_in(name + "/img", ".jpg"), 1,
                        {flags(name + "/full_occlusion.txt"), flags(name + "/out_of_view.txt")}));
    }
  }
  if (sequences.empty()) {
    throw Error(ErrorCode::kIo, "LaSOT " + folder + ": expected */*/groundtruth.txt, found none");
  }
  return sequences;
}

}  // namespace siamtrack::training
