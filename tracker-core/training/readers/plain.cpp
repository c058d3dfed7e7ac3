// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "siamtrack/error.h"
#include "training/readers/readers.h"

namespace siamtrack::training {
namespace {

using nlohmann::json;

constexpr char kAnnotations[] = "/annotations.json";

std::optional<Box> box_of(const json& box) {
  if (box.is_null()) return std::nullopt;
  return Box{box.at(0), box.at(1), box.at(2), box.at(3)};
}

std::vector<std::vector<double>> polygons_of(const json& polygon) {
  if (polygon.empty()) return {};
  if (polygon.front().is_array()) return polygon.get<std::vector<std::vector<double>>>();
  return {polygon.get<std::vector<double>>()};
}

SourceSequence still_of(const std::string& set, const std::string& folder, const json& image) {
  const std::string file = image.at("file");
  SourceSequence still{set, file, {folder + "/" + file}, "", {}};
  for (const json& row : image.at("objects")) {
    SourceObject object{row.value("label", ""), {box_of(row.at("box"))}, {}};
    if (row.contains("mask")) {
      object.masks.push_back({folder + "/" + row.at("mask").get<std::string>(), 0, {}});
    } else if (row.contains("polygon")) {
      object.masks.push_back({"", 0, polygons_of(row.at("polygon"))});
    }
    still.objects.push_back(std::move(object));
  }
  return still;
}

SourceSequence clip_of(const std::string& set, const std::string& folder, const json& clip) {
  SourceSequence sequence{set, clip.at("name"), {}, "", {}};
  if (clip.contains("video")) sequence.video = folder + "/" + clip.at("video").get<std::string>();
  if (clip.contains("frames")) {
    for (const json& file : clip.at("frames")) {
      sequence.frames.push_back(folder + "/" + file.get<std::string>());
    }
  }
  for (const json& track : clip.at("tracks")) {
    SourceObject object{track.value("label", ""), {}, {}};
    for (const json& box : track.at("boxes")) object.boxes.push_back(box_of(box));
    if (track.contains("masks")) {
      for (const json& mask : track.at("masks")) {
        object.masks.push_back(
            {mask.is_null() ? "" : folder + "/" + mask.get<std::string>(), 0, {}});
      }
    }
    sequence.objects.push_back(std::move(object));
  }
  return sequence;
}

void read_set(const std::string& folder, std::vector<SourceSequence>& sequences,
              Complaints& complaints) {
  const std::string path = folder + kAnnotations;
  const auto leave_out = [&](const json& row, const char* key, const char* reason) {
    const bool named = row.is_object() && row.contains(key) && row[key].is_string();
    complaints.add(reason, path + " " + (named ? row[key].get<std::string>() : "?"));
  };
  try {
    std::ifstream in(path);
    const json text = json::parse(in);
    const std::string set = text.at("set");
    for (const json& image : text.value("images", json::array())) {
      try {
        sequences.push_back(still_of(set, folder, image));
      } catch (const json::exception&) {
        leave_out(image, "file", "image entries that cannot be read");
      }
    }
    for (const json& clip : text.value("clips", json::array())) {
      try {
        sequences.push_back(clip_of(set, folder, clip));
      } catch (const json::exception&) {
        leave_out(clip, "name", "clip entries that cannot be read");
      }
    }
  } catch (const json::exception& error) {
    throw Error(ErrorCode::kIo, path + ": not an annotation file: " + error.what());
  }
}

}  // namespace

std::vector<SourceSequence> read_plain(const std::string& folder, Complaints& complaints) {
  namespace fs = std::filesystem;
  std::vector<std::string> sets;
  std::error_code error;
  if (fs::exists(folder + kAnnotations)) sets.push_back(folder);
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string set = entry.path().string();
    if (fs::exists(set + kAnnotations)) sets.push_back(set);
  }
  if (sets.empty()) {
    throw Error(ErrorCode::kIo, "data set " + folder + ": expected annotations.json, found none");
  }
  std::sort(sets.begin(), sets.end());
  std::vector<SourceSequence> sequences;
  for (const std::string& set : sets) read_set(set, sequences, complaints);
  return sequences;
}

}  // namespace siamtrack::training
