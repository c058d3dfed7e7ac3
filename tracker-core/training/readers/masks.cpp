// SPDX-License-Identifier: LGPL-2.1-or-later
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "siamtrack/error.h"
#include "training/index_mask.h"
#include "training/readers/files.h"
#include "training/readers/readers.h"

namespace siamtrack::training {
namespace {

using nlohmann::json;

/// Names of all ImageSets/**/train.txt; empty: no list, every sequence counts.
std::set<std::string> training_names(const std::string& folder) {
  std::set<std::string> names;
  for (const std::string& file : files_in(folder + "/ImageSets", ".txt", true)) {
    if (stem_of(file) != "train") continue;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
      // DAVIS-2016 lists frames ("/JPEGImages/480p/bear/00000.jpg ..."), DAVIS-2017 names.
      const std::string first = line.substr(0, line.find(' '));
      const std::filesystem::path path(first);
      if (!first.empty()) {
        names.insert(path.has_extension() ? path.parent_path().filename().string() : first);
      }
    }
  }
  return names;
}

SourceObject masked_object(const std::string& label, int value,
                           const std::vector<std::string>& frames, const std::string& masks) {
  SourceObject object{label, {}, {}};
  for (const std::string& frame : frames) {
    const std::string file = masks + "/" + stem_of(frame) + ".png";
    object.masks.push_back(std::filesystem::exists(file) ? SourceMask{file, value, {}}
                                                         : SourceMask{});
  }
  return object;
}

}  // namespace

std::vector<SourceSequence> read_youtube_vos(const std::string& folder, Complaints& complaints) {
  require("YouTube-VOS " + folder, folder + "/meta.json");
  std::vector<SourceSequence> sequences;
  try {
    std::ifstream in(folder + "/meta.json");
    const json meta = json::parse(in);
    for (const auto& [id, video] : meta.at("videos").items()) {
      SourceSequence sequence{
          "youtube-vos", id, files_in(folder + "/JPEGImages/" + id, ".jpg"), "", {}};
      if (sequence.frames.empty()) complaints.add("sequences without pictures", id);
      for (const auto& [number, object] : video.at("objects").items()) {
        sequence.objects.push_back(masked_object(object.value("category", ""), std::stoi(number),
                                                 sequence.frames, folder + "/Annotations/" + id));
      }
      sequences.push_back(std::move(sequence));
    }
  } catch (const std::exception& error) {  // JSON, or an object number that is none
    throw Error(ErrorCode::kIo, folder + "/meta.json: not YouTube-VOS's: " + error.what());
  }
  return sequences;
}

std::vector<SourceSequence> read_davis(const std::string& folder, Complaints& complaints) {
  const std::string pictures = folder + "/JPEGImages/480p", masks = folder + "/Annotations/480p";
  require("DAVIS " + folder, pictures);
  const std::set<std::string> wanted = training_names(folder);
  std::vector<SourceSequence> sequences;
  for (const std::string& path : folders_in(pictures)) {
    const std::string name = std::filesystem::path(path).filename().string();
    if (!wanted.empty() && !wanted.contains(name)) continue;
    SourceSequence sequence{"davis", name, files_in(path, ".jpg"), "", {}};
    const std::vector<std::string> files = files_in(masks + "/" + name, ".png");
    if (files.empty()) complaints.add("sequences without masks", name);
    for (const int value : files.empty() ? std::vector<int>() : mask_values(files.front())) {
      sequence.objects.push_back(masked_object(name, value, sequence.frames, masks + "/" + name));
    }
    sequences.push_back(std::move(sequence));
  }
  return sequences;
}

}  // namespace siamtrack::training
