// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace siamtrack::tools {

enum class RowFormat { kTable, kJson, kCsv };

/// Rows of results on standard output: lines of a table as they come, or all rows as JSON or CSV at
/// the end.
class RowReport {
 public:
  explicit RowReport(RowFormat format) : format_(format) {}

  /// A line above the rows; only in a table.
  void heading(const std::string& line) const;

  /// @param row   object; nested keys become "outer.inner" in CSV, where cells of keys that only
  ///              other rows have stay empty
  /// @param line  the row as a line of the table
  void add(const nlohmann::ordered_json& row, const std::string& line);

  void finish() const;

 private:
  RowFormat format_;
  nlohmann::ordered_json rows_ = nlohmann::ordered_json::array();
};

}  // namespace siamtrack::tools
