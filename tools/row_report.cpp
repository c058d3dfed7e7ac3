// SPDX-License-Identifier: LGPL-2.1-or-later
#include "row_report.h"

#include <algorithm>
#include <cstdio>

#include "evaluation/json_text.h"

namespace siamtrack::tools {
namespace {

/// "/forward_ms/min" -> "forward_ms.min"
std::string column_name(const std::string& pointer) {
  std::string name = pointer.substr(1);
  std::replace(name.begin(), name.end(), '/', '.');
  return name;
}

std::string cell(const nlohmann::ordered_json& flat, const std::string& pointer) {
  if (!flat.contains(pointer)) return {};
  const auto& value = flat.at(pointer);
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string to_csv(const nlohmann::ordered_json& rows) {
  nlohmann::ordered_json columns = nlohmann::ordered_json::object();  // of all rows
  for (const auto& row : rows) columns.update(row.flatten());
  std::string text;
  for (const auto& [pointer, value] : columns.items()) {
    text += (text.empty() ? "" : ",") + column_name(pointer);
  }
  for (const auto& row : rows) {
    const nlohmann::ordered_json flat = row.flatten();
    const char* before = "\n";
    for (const auto& [pointer, value] : columns.items()) {
      text += before + cell(flat, pointer);
      before = ",";
    }
  }
  return text + "\n";
}

}  // namespace

void RowReport::heading(const std::string& line) const {
  if (format_ == RowFormat::kTable) std::printf("%s\n", line.c_str());
}

void RowReport::add(const nlohmann::ordered_json& row, const std::string& line) {
  rows_.push_back(row);
  heading(line);
  std::fflush(stdout);
}

void RowReport::finish() const {
  if (format_ == RowFormat::kJson) std::printf("%s\n", evaluation::json_text(rows_, 2).c_str());
  if (format_ == RowFormat::kCsv) std::fputs(to_csv(rows_).c_str(), stdout);
}

}  // namespace siamtrack::tools
