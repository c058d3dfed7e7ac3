// SPDX-License-Identifier: LGPL-2.1-or-later
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "siamtrack/error.h"
#include "training/readers/files.h"
#include "training/readers/readers.h"

namespace siamtrack::training {
namespace {

using nlohmann::json;

SourceObject object_of(const json& row, const std::map<int, std::string>& categories) {
  const auto label = categories.find(row.value("category_id", -1));
  SourceObject object{label == categories.end() ? "" : label->second,
                      {box_of(row.at("bbox").get<std::vector<double>>(), 0)},
                      {}};
  if (row.contains("segmentation") && row["segmentation"].is_array()) {
    object.masks.push_back({"", 0, row["segmentation"].get<std::vector<std::vector<double>>>()});
  }
  return object;
}

void read_part(const std::string& folder, const std::string& file,
               std::vector<SourceSequence>& sequences, Complaints& complaints) {
  std::ifstream in(file);
  const json text = json::parse(in);
  const std::string part = stem_of(file).substr(std::string("instances_").size());
  std::map<int, std::string> categories;
  for (const json& row : text.value("categories", json::array())) {
    categories[row.at("id")] = row.at("name");
  }
  std::map<std::int64_t, SourceSequence> images;
  for (const json& row : text.at("images")) {
    const std::string name = row.at("file_name");
    images[row.at("id")] = {"coco", name, {folder + "/" + part + "/" + name}, "", {}};
  }
  for (const json& row : text.at("annotations")) {
    const auto image = images.find(row.at("image_id").get<std::int64_t>());
    if (image == images.end()) {
      complaints.add("annotations of unknown pictures", file);
    } else if (row.value("iscrowd", 0) == 0) {
      image->second.objects.push_back(object_of(row, categories));
    }
  }
  for (auto& [id, image] : images) {
    if (!image.objects.empty()) sequences.push_back(std::move(image));
  }
}

}  // namespace

std::vector<SourceSequence> read_coco(const std::string& folder, Complaints& complaints) {
  require("COCO " + folder, folder + "/annotations");
  std::vector<SourceSequence> sequences;
  for (const std::string& file : files_in(folder + "/annotations", ".json")) {
    if (!stem_of(file).starts_with("instances_")) continue;
    try {
      read_part(folder, file, sequences, complaints);
    } catch (const json::exception& error) {
      throw Error(ErrorCode::kIo, file + ": not a COCO annotation file: " + error.what());
    }
  }
  return sequences;
}

}  // namespace siamtrack::training
