// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/readers/files.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "siamtrack/error.h"

namespace siamtrack::training {

namespace fs = std::filesystem;

namespace {

template <typename Iterator>
std::vector<std::string> collect(Iterator entries, const std::string& extension) {
  std::vector<std::string> files;
  for (const auto& entry : entries) {
    if (entry.path().extension() == extension) files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

std::vector<std::string> files_in(const std::string& folder, const std::string& extension,
                                  bool deep) {
  std::error_code error;
  return deep ? collect(fs::recursive_directory_iterator(folder, error), extension)
              : collect(fs::directory_iterator(folder, error), extension);
}

std::vector<std::string> folders_in(const std::string& folder) {
  std::vector<std::string> folders;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.is_directory()) folders.push_back(entry.path().string());
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

std::string stem_of(const std::string& path) { return fs::path(path).stem().string(); }

std::vector<std::vector<double>> number_rows(const std::string& path) {
  std::vector<std::vector<double>> rows;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    std::replace_if(
        line.begin(), line.end(), [](char c) { return c == ',' || c == ';'; }, ' ');
    std::istringstream words(line);
    rows.emplace_back();
    for (std::string word; words >> word;)
      rows.back().push_back(std::strtod(word.c_str(), nullptr));
  }
  return rows;
}

std::optional<Box> box_of(const std::vector<double>& row, double origin) {
  if (row.size() < 4 ||
      !std::all_of(row.begin(), row.begin() + 4, [](double v) { return std::isfinite(v); })) {
    return std::nullopt;
  }
  if (row[2] <= 0 || row[3] <= 0) return std::nullopt;
  return Box{row[0] - origin, row[1] - origin, row[2], row[3]};
}

void require(const std::string& dataset, const std::string& path) {
  if (fs::exists(path)) return;
  throw Error(ErrorCode::kIo, dataset + ": expected " + path + ", found none");
}

}  // namespace siamtrack::training
