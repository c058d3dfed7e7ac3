// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

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

/// Pictures are numbered as the rows are, from 1 on: one that is missing shifts no box.
std::string picture_of(const std::string& folder, std::size_t row) {
  constexpr std::size_t kDigits = 8;
  const std::string number = std::to_string(row + 1);
  return folder + "/" + std::string(kDigits - std::min(kDigits, number.size()), '0') + number +
         ".jpg";
}

std::string name_of(const std::string& folder) {
  return std::filesystem::path(folder).filename().string();
}

/// What GOT-10k's sequence shows: "object_class: bear" of meta_info.ini, else its own name.
std::string got10k_class(const std::string& folder) {
  const std::string key = "object_class:", blank = " \t\r";
  std::ifstream in(folder + "/meta_info.ini");
  for (std::string line; std::getline(in, line);) {
    const std::size_t first = line.find_first_not_of(blank, key.size());
    if (!line.starts_with(key) || first == std::string::npos) continue;
    return line.substr(first, line.find_last_not_of(blank) + 1 - first);
  }
  return name_of(folder);
}

/// What LaSOT's sequence shows: "airplane" for "airplane-1".
std::string lasot_class(const std::string& folder) {
  const std::string name = name_of(folder);
  return name.substr(0, name.rfind('-'));
}

/// The clip of one sequence folder. Frames flagged in one of `hidden` show no target.
SourceSequence read_sequence(const std::string& set, const std::string& folder,
                             const std::string& label, const std::string& pictures, double origin,
                             const std::vector<std::vector<double>>& hidden) {
  SourceSequence sequence{set, name_of(folder), {}, "", {}};
  SourceObject object{label, {}, {}};
  std::vector<std::vector<double>> rows = number_rows(folder + "/groundtruth.txt");
  while (!rows.empty() && rows.back().empty()) rows.pop_back();  // blank lines after the last
  for (std::size_t i = 0; i < rows.size(); ++i) {
    sequence.frames.push_back(picture_of(pictures, i));
    object.boxes.push_back(box_of(rows[i], origin));
    for (const auto& flag : hidden) {
      if (i < flag.size() && flag[i] != 0) object.boxes.back().reset();
    }
  }
  sequence.objects.push_back(std::move(object));
  return sequence;
}

/// Whether LaSOT's own division leaves a sequence to training: a list of names in `folder`.
class Division {
 public:
  explicit Division(const std::string& folder)
      : training_(names(folder + "/training_set.txt")),
        testing_(names(folder + "/testing_set.txt")) {}

  bool trains(const std::string& name) const {
    return training_.empty() ? !testing_.contains(name) : training_.contains(name);
  }

 private:
  static std::set<std::string> names(const std::string& path) {
    std::ifstream in(path);
    return {std::istream_iterator<std::string>(in), {}};
  }

  std::set<std::string> training_, testing_;
};

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
    sequences.push_back(read_sequence("got10k", name, got10k_class(name), name, 0,
                                      {flags(name + "/absence.label"), covered}));
  }
  if (sequences.empty()) {
    throw Error(ErrorCode::kIo, "GOT-10k " + folder + ": expected */groundtruth.txt, found none");
  }
  return sequences;
}

std::vector<SourceSequence> read_lasot(const std::string& folder, Complaints& complaints) {
  const Division division(folder);
  std::vector<SourceSequence> sequences;
  for (const std::string& category : folders_in(folder)) {
    for (const std::string& name : folders_in(category)) {
      if (!division.trains(name_of(name))) continue;
      if (!std::filesystem::exists(name + "/groundtruth.txt")) {
        complaints.add("sequences without groundtruth.txt", name);
        continue;
      }
      sequences.push_back(
          read_sequence("lasot", name, lasot_class(name), name + "/img", 1,
                        {flags(name + "/full_occlusion.txt"), flags(name + "/out_of_view.txt")}));
    }
  }
  if (sequences.empty()) {
    throw Error(ErrorCode::kIo, "LaSOT " + folder + ": expected */*/groundtruth.txt, found none");
  }
  return sequences;
}

}  // namespace siamtrack::training
