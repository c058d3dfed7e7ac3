// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "evaluation/readers/readers.h"
#include "evaluation/text.h"
#include "siamtrack/error.h"

namespace siamtrack::evaluation {

std::vector<Box> Sequence::boxes() const {
  std::vector<Box> boxes;
  boxes.reserve(ground_truth.size());
  for (const Region& region : ground_truth) boxes.push_back(bounding_box(region));
  return boxes;
}

namespace readers {
namespace {

using Reader = std::function<void(const fs::path&, Output)>;

const std::map<std::string, Reader>& folder_readers() {
  static const std::map<std::string, Reader> table = {
      {"otb", read_otb}, {"vot", read_vot}, {"got10k", read_got10k}, {"lasot", read_lasot}};
  return table;
}

const std::map<std::string, Reader>& root_readers() {
  static const std::map<std::string, Reader> table = {{"uav123", read_uav123},
                                                      {"davis", read_davis},
                                                      {"trackingnet", read_trackingnet},
                                                      {"pysot", read_pysot_json},
                                                      {"video", read_plain_video}};
  return table;
}

bool has_annotation(const fs::path& folder) {
  if (fs::exists(folder / "groundtruth.txt")) return true;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const auto name = entry.path().filename().string();
    if (name.starts_with("groundtruth_") && name.ends_with(".txt")) return true;
  }
  return false;
}

std::string folder_layout(const fs::path& folder) {
  const auto has = [&](const char* name) { return fs::exists(folder / name); };
  if (has("meta_info.ini") || has("cover.label") || has("absence.label")) return "got10k";
  if (has("full_occlusion.txt") || has("out_of_view.txt")) return "lasot";
  return has("groundtruth.txt") ? "vot" : "otb";
}

/// Layout of a whole tree or file; empty when it is a tree of sequence folders.
std::string root_layout(const fs::path& path) {
  if (path.extension() == ".json") return "pysot";
  if (!fs::is_directory(path)) return "video";
  if (fs::exists(path / "anno" / "UAV123")) return "uav123";
  if (fs::exists(path / "JPEGImages") && fs::exists(path / "Annotations")) return "davis";
  if (fs::exists(path / "frames") && fs::exists(path / "anno")) return "trackingnet";
  return {};
}

/// Videos of a folder that have a box file beside them.
/// @return  whether there is one
bool read_videos(const fs::path& folder, Output out) {
  std::vector<fs::path> videos;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const fs::path& file = entry.path();
    if (is_video_name(file) && !box_file_of(file).empty()) videos.push_back(file);
  }
  std::sort(videos.begin(), videos.end());
  for (const auto& video : videos) read_plain_video(video, out);
  return !videos.empty();
}

/// LaSOT's own division: the sequences CLASS-N of testing_set.txt of which the class is there.
std::vector<fs::path> lasot_test_set(const fs::path& folder) {
  std::vector<fs::path> found;
  for (const auto& line : read_lines(folder / "testing_set.txt")) {
    const std::string name = trimmed(line);
    const fs::path category = folder / name.substr(0, name.rfind('-'));
    if (!name.empty() && fs::is_directory(category)) found.push_back(category / name);
  }
  return found;
}

/// Sub-folders in name order, or those that list.txt or LaSOT's testing_set.txt names.
std::vector<fs::path> children(const fs::path& folder) {
  std::vector<fs::path> found;
  if (fs::exists(folder / "testing_set.txt")) return lasot_test_set(folder);
  if (fs::exists(folder / "list.txt")) {
    for (const auto& line : read_lines(folder / "list.txt")) {
      if (!trimmed(line).empty()) found.push_back(folder / trimmed(line));
    }
    return found;
  }
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.is_directory()) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

void read_tree(const fs::path& folder, const std::string& layout, Output out) {
  if (!fs::is_directory(folder)) {
    out.problems.push_back(
        {folder.filename().string(), folder.string(), 0, "listed, but there is no such folder"});
    return;
  }
  const std::string root = layout.empty() ? root_layout(folder) : "";
  if (!root.empty()) return root_readers().at(root)(folder, out);
  if (has_annotation(folder)) {
    try {
      folder_readers().at(layout.empty() ? folder_layout(folder) : layout)(folder, out);
    } catch (const std::exception& error) {
      out.problems.push_back({folder.filename().string(), {}, 0, error.what()});
    }
    return;
  }
  const auto below = children(folder);
  for (const auto& child : below) read_tree(child, layout, out);
  if (layout.empty() && read_videos(folder, out)) return;
  if (!below.empty() && list_images(folder / "img").empty()) return;
  const bool empty = fs::is_empty(folder);
  out.problems.push_back({folder.filename().string(), folder.string(), 0,
                          empty ? "folder is empty; left out" : "no annotation in it; left out"});
}

void read_one(const fs::path& path, const std::string& layout, Output out) {
  if (root_readers().contains(layout)) return root_readers().at(layout)(path, out);
  read_tree(path, layout, out);
}

void keep_only(const std::string& only, std::vector<Sequence>& sequences, Problems& problems) {
  std::set<std::string> names;
  for (std::size_t at = 0; at < only.size();) {
    const std::size_t end = std::min(only.find(',', at), only.size());
    names.insert(only.substr(at, end - at));
    at = end + 1;
  }
  std::set<std::string> missing = names;
  for (const auto& sequence : sequences) missing.erase(sequence.name);
  for (const auto& name : missing) problems.push_back({name, {}, 0, "no such sequence"});
  std::erase_if(sequences, [&](const Sequence& s) { return !names.contains(s.name); });
}

void make_names_unique(std::vector<Sequence>& sequences) {
  std::map<std::pair<std::string, std::string>, int> seen;
  for (auto& sequence : sequences) {
    const int count = ++seen[{sequence.dataset, sequence.name}];
    if (count > 1) sequence.name += "-" + std::to_string(count);
  }
}

}  // namespace
}  // namespace readers

std::vector<std::string> layouts() {
  std::vector<std::string> names;
  for (const auto& [name, reader] : readers::folder_readers()) names.push_back(name);
  for (const auto& [name, reader] : readers::root_readers()) names.push_back(name);
  return names;
}

std::vector<Sequence> read_dataset(const std::filesystem::path& path, const DatasetOptions& options,
                                   Problems& problems) {
  namespace fs = std::filesystem;
  if (!fs::exists(path)) {
    throw Error(ErrorCode::kIo, path.string() + ": expected a data set, found nothing");
  }
  const auto known = layouts();
  const bool automatic = options.layout == "auto";
  if (!automatic && std::find(known.begin(), known.end(), options.layout) == known.end()) {
    std::string names;
    for (const auto& name : known) names += " " + name;
    throw Error(ErrorCode::kInvalidArgument, "unknown data set layout, expected auto or one of" +
                                                 names + ", found '" + options.layout + "'");
  }
  std::vector<Sequence> sequences;
  const fs::path clean = fs::canonical(path);
  readers::read_one(clean, automatic ? readers::root_layout(clean) : options.layout,
                    {sequences, problems});
  std::erase_if(sequences, [&](const Sequence& sequence) {
    const bool unusable = sequence.ground_truth.empty();
    if (unusable) problems.push_back({sequence.name, {}, 0, "no frames; sequence left out"});
    return unusable;
  });
  std::stable_sort(sequences.begin(), sequences.end(), [](const Sequence& a, const Sequence& b) {
    return a.dataset != b.dataset ? a.dataset < b.dataset : natural_less(a.name, b.name);
  });
  readers::make_names_unique(sequences);
  if (!options.only.empty()) readers::keep_only(options.only, sequences, problems);
  for (auto& sequence : sequences) readers::derive_attributes(sequence);
  return sequences;
}

void keep_scorable(std::vector<Sequence>& sequences, Problems& problems) {
  std::erase_if(sequences, [&](const Sequence& sequence) {
    const bool unusable = std::ranges::count_if(sequence.boxes(), is_valid) < 2;
    if (unusable) {
      problems.push_back({sequence.name, {}, 0, "fewer than two annotated frames; not scored"});
    }
    return unusable;
  });
}

}  // namespace siamtrack::evaluation
