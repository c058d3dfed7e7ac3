// SPDX-License-Identifier: LGPL-2.1-or-later
#include <filesystem>
#include <map>
#include <pugixml.hpp>

#include "training/readers/files.h"
#include "training/readers/readers.h"

namespace siamtrack::training {
namespace {

struct Annotated {
  std::string label;
  int track = -1;
  Box box;
};

/// Objects of one annotation file; corners are inclusive pixels, 0-based (PASCAL layout), so a box
/// ends one pixel after its last.
std::vector<Annotated> read_objects(const std::string& path, Complaints& complaints) {
  pugi::xml_document document;
  const pugi::xml_parse_result result = document.load_file(path.c_str());
  std::vector<Annotated> objects;
  if (!result) {
    complaints.add("annotation files that cannot be read", path);
    return objects;
  }
  for (const pugi::xml_node node : document.child("annotation").children("object")) {
    const pugi::xml_node box = node.child("bndbox");
    const double left = box.child("xmin").text().as_double();
    const double top = box.child("ymin").text().as_double();
    const double width = box.child("xmax").text().as_double() + 1 - left;
    const double height = box.child("ymax").text().as_double() + 1 - top;
    if (width <= 0 || height <= 0) {
      complaints.add("boxes without area", path);
      continue;
    }
    objects.push_back({node.child("name").text().as_string(),
                       node.child("trackid").text().as_int(-1),
                       {left, top, width, height}});
  }
  return objects;
}

/// .../Annotations/X/a.xml -> .../Data/X/a.JPEG
std::string picture_of(std::string path, const std::string& root) {
  path.replace(root.size(), std::string("/Annotations").size(), "/Data");
  return path.substr(0, path.size() - std::string("xml").size()) + "JPEG";
}

}  // namespace

std::vector<SourceSequence> read_imagenet_vid(const std::string& folder, Complaints& complaints) {
  require("ImageNet VID " + folder, folder + "/Annotations/VID");
  std::map<std::string, std::vector<std::string>> snippets;
  for (const std::string& file : files_in(folder + "/Annotations/VID/train", ".xml", true)) {
    snippets[std::filesystem::path(file).parent_path().string()].push_back(file);
  }
  std::vector<SourceSequence> sequences;
  for (const auto& [snippet, files] : snippets) {
    SourceSequence sequence{"imagenet-vid", stem_of(snippet), {}, "", {}};
    std::map<int, SourceObject> tracks;
    for (std::size_t i = 0; i < files.size(); ++i) {
      sequence.frames.push_back(picture_of(files[i], folder));
      for (const Annotated& object : read_objects(files[i], complaints)) {
        SourceObject& track = tracks[object.track];
        track.label = object.label;
        track.boxes.resize(files.size());
        track.boxes[i] = object.box;
      }
    }
    for (auto& [id, track] : tracks) sequence.objects.push_back(std::move(track));
    sequences.push_back(std::move(sequence));
  }
  return sequences;
}

std::vector<SourceSequence> read_imagenet_det(const std::string& folder, Complaints& complaints) {
  require("ImageNet DET " + folder, folder + "/Annotations/DET");
  std::vector<SourceSequence> sequences;
  for (const std::string& file : files_in(folder + "/Annotations/DET", ".xml", true)) {
    SourceSequence still{"imagenet-det", stem_of(file), {picture_of(file, folder)}, "", {}};
    for (const Annotated& object : read_objects(file, complaints)) {
      still.objects.push_back({object.label, {object.box}, {}});
    }
    if (!still.objects.empty()) sequences.push_back(std::move(still));
  }
  return sequences;
}

}  // namespace siamtrack::training
