// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/cache_index.h"

#include <fstream>
#include <nlohmann/json.hpp>

#include "siamtrack/error.h"

namespace siamtrack::training {
namespace {

using nlohmann::json;

constexpr int kFormat = 1;  // version of index.json

json to_json(const Blob& blob) {
  return blob.empty() ? json() : json::array({blob.shard, blob.offset, blob.bytes});
}

Blob blob_of(const json& row) {
  if (row.is_null()) return {};
  return {row.at(0).get<int>(), row.at(1).get<std::int64_t>(), row.at(2).get<std::int64_t>()};
}

json to_json(const Object& object) {
  json row{{"label", object.label}, {"boxes", json::array()}};
  for (const auto& box : object.boxes) {
    row["boxes"].push_back(box ? json::array({box->x, box->y, box->width, box->height}) : json());
  }
  for (const Blob& mask : object.masks) row["masks"].push_back(to_json(mask));
  return row;
}

Object object_of(const json& row) {
  Object object{row.at("label"), {}, {}};
  for (const json& box : row.at("boxes")) {
    object.boxes.push_back(box.is_null() ? std::optional<Box>()
                                         : Box{box.at(0), box.at(1), box.at(2), box.at(3)});
  }
  if (row.contains("masks")) {
    for (const json& mask : row.at("masks")) object.masks.push_back(blob_of(mask));
  }
  return object;
}

json to_json(const Sequence& sequence) {
  json row{{"set", sequence.set}, {"name", sequence.name}};
  row["frames"] = json::array();
  row["objects"] = json::array();
  for (const Frame& frame : sequence.frames) {
    json blob = to_json(frame.picture);
    blob.push_back(frame.size.width);
    blob.push_back(frame.size.height);
    row["frames"].push_back(std::move(blob));
  }
  for (const Object& object : sequence.objects) row["objects"].push_back(to_json(object));
  return row;
}

Sequence sequence_of(const json& row) {
  Sequence sequence{row.at("set"), row.at("name"), {}, {}};
  for (const json& frame : row.at("frames")) {
    sequence.frames.push_back({blob_of(frame), {frame.at(3).get<int>(), frame.at(4).get<int>()}});
  }
  for (const json& object : row.at("objects")) sequence.objects.push_back(object_of(object));
  return sequence;
}

}  // namespace

void write_index(const std::string& path, const CacheIndex& index) {
  json text{{"siamtrack_cache", kFormat}, {"shards", index.shards}};
  text["sequences"] = json::array();
  for (const Sequence& sequence : index.sequences) text["sequences"].push_back(to_json(sequence));
  std::ofstream out(path, std::ios::trunc);
  // Names of files need not be UTF-8; that must not lose the whole cache.
  out << text.dump(-1, ' ', false, json::error_handler_t::replace) << '\n';
  out.close();
  if (!out) throw Error(ErrorCode::kIo, "writing " + path + " failed (is the disk full?)");
}

CacheIndex read_index(const std::string& path) {
  std::ifstream in(path);
  if (!in) throw Error(ErrorCode::kIo, "no training cache: expected " + path + ", found none");
  try {
    const json text = json::parse(in);
    const int format = text.at("siamtrack_cache").get<int>();
    if (format != kFormat) {
      throw Error(ErrorCode::kIo, "training cache " + path + ": expected format " +
                                      std::to_string(kFormat) + ", found " +
                                      std::to_string(format));
    }
    CacheIndex index{text.at("shards").get<std::vector<std::string>>(), {}};
    for (const json& row : text.at("sequences")) index.sequences.push_back(sequence_of(row));
    return index;
  } catch (const json::exception& error) {
    throw Error(ErrorCode::kIo, "training cache " + path + ": not an index: " + error.what());
  }
}

}  // namespace siamtrack::training
