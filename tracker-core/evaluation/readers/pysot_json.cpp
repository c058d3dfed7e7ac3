// SPDX-License-Identifier: LGPL-2.1-or-later
#include <fstream>
#include <nlohmann/json.hpp>

#include "evaluation/readers/readers.h"
#include "siamtrack/error.h"

namespace siamtrack::evaluation::readers {
namespace {

using nlohmann::json;

Region region_of(const json& numbers) {
  std::string text;
  for (const auto& number : numbers) {
    text += (text.empty() ? "" : ",") + (number.is_number() ? number.dump() : std::string("nan"));
  }
  return parse_region(text);
}

Sequence sequence_of(const std::string& name, const json& entry, const fs::path& file) {
  Sequence sequence;
  sequence.name = name;
  sequence.dataset = file.stem().string();
  for (const auto& image : entry.at("img_names")) {
    sequence.images.push_back((file.parent_path() / image.get<std::string>()).string());
  }
  for (const auto& box : entry.at("gt_rect")) sequence.ground_truth.push_back(region_of(box));
  if (entry.contains("attr")) {
    for (const auto& attribute : entry["attr"]) {
      if (attribute.is_string()) sequence.attributes.push_back(attribute);
    }
  }
  for (const auto& flag : entry.value("absent", json::array())) {
    sequence.absent.push_back(flag.get<int>() == 0);  // pysot: 1 marks present frames
  }
  return sequence;
}

}  // namespace

void read_pysot_json(const fs::path& file, Output out) {
  std::ifstream stream(file);
  const json root = json::parse(stream, nullptr, false);
  if (!root.is_object()) {
    throw Error(ErrorCode::kIo,
                file.string() + ": expected pysot's JSON description of a data set");
  }
  for (const auto& [name, entry] : root.items()) {
    try {
      Sequence sequence = sequence_of(name, entry, file);
      match_lengths(sequence, file, out.problems);
      out.sequences.push_back(std::move(sequence));
    } catch (const std::exception& error) {
      out.problems.push_back({name, file.string(), 0, std::string(error.what()) + "; left out"});
    }
  }
}

}  // namespace siamtrack::evaluation::readers
