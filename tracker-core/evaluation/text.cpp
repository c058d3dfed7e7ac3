// SPDX-License-Identifier: LGPL-2.1-or-later
#include "evaluation/text.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <fstream>
#include <limits>
#include <sstream>
#include <system_error>

#include "siamtrack/error.h"

namespace siamtrack::evaluation {
namespace {

namespace fs = std::filesystem;

bool is_separator(char c) {
  return c == ',' || c == ';' || std::isspace(static_cast<unsigned char>(c));
}
bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

template <std::size_t kCount>
bool has_extension(const fs::path& file, const std::array<const char*, kCount>& extensions) {
  const std::string extension = lower(file.extension().string());
  return std::find(extensions.begin(), extensions.end(), extension) != extensions.end();
}

std::optional<double> parse_number(std::string_view token) {
  if (lower(std::string(token)) == "nan") return std::numeric_limits<double>::quiet_NaN();
  if (token.front() == '+') token.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), value);
  if (error != std::errc() || end != token.data() + token.size()) return std::nullopt;
  return value;
}

}  // namespace

std::vector<std::string> read_lines(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream || fs::is_directory(file)) {
    throw Error(ErrorCode::kIo, file.string() + ": expected a readable text file, found none");
  }
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    lines.push_back(line);
  }
  while (!lines.empty() && trimmed(lines.back()).empty()) lines.pop_back();
  return lines;
}

void write_file(const fs::path& file, const std::string& content) {
  std::error_code ignored;
  if (file.has_parent_path()) fs::create_directories(file.parent_path(), ignored);
  const fs::path temporary = file.string() + ".part" + std::to_string(::getpid());
  std::ofstream stream(temporary, std::ios::binary);
  stream << content;
  stream.close();
  if (!stream) {
    fs::remove(temporary, ignored);
    throw Error(ErrorCode::kIo,
                file.string() + ": could not be written (disk full, no permission?)");
  }
  fs::rename(temporary, file);
}

std::optional<std::vector<double>> parse_numbers(std::string_view text) {
  std::vector<double> numbers;
  for (std::size_t at = 0; at < text.size();) {
    if (is_separator(text[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && !is_separator(text[end])) ++end;
    const auto number = parse_number(text.substr(at, end - at));
    if (!number) return std::nullopt;
    numbers.push_back(*number);
    at = end;
  }
  return numbers;
}

bool natural_less(const std::string& a, const std::string& b) {
  std::size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    if (is_digit(a[i]) && is_digit(b[j])) {
      std::size_t ia = i, jb = j;
      while (ia < a.size() && is_digit(a[ia])) ++ia;
      while (jb < b.size() && is_digit(b[jb])) ++jb;
      const auto number = [](std::string_view digits) {
        digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
        return digits;
      };
      const auto na = number(std::string_view(a).substr(i, ia - i));
      const auto nb = number(std::string_view(b).substr(j, jb - j));
      if (na.size() != nb.size()) return na.size() < nb.size();
      if (na != nb) return na < nb;
      i = ia;
      j = jb;
    } else {
      if (a[i] != b[j]) return a[i] < b[j];
      ++i;
      ++j;
    }
  }
  return a.size() - i < b.size() - j || (a.size() - i == b.size() - j && a < b);
}

std::vector<std::string> list_images(const fs::path& folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (is_image_name(entry.path())) files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end(), natural_less);
  return files;
}

std::string find_video(const fs::path& folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (is_video_name(entry.path())) files.push_back(entry.path().string());
  }
  return files.empty() ? std::string() : *std::min_element(files.begin(), files.end());
}

bool is_video_name(const fs::path& file) {
  return has_extension(file, std::array{".mpg", ".mpeg", ".avi", ".mp4", ".mkv", ".mov", ".webm",
                                        ".m4v", ".ogv", ".ts", ".wmv"});
}

bool is_image_name(const fs::path& file) {
  return has_extension(
      file, std::array{".jpg", ".jpeg", ".png", ".bmp", ".ppm", ".pgm", ".tif", ".tiff", ".webp"});
}

std::string fixed(double value, int decimals) {
  if (std::isnan(value)) return "nan";
  std::array<char, 400> buffer{};  // the longest double in fixed notation has 309 digits
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                          std::chars_format::fixed, decimals);
  return error == std::errc() ? std::string(buffer.data(), end) : "nan";
}

std::string trimmed(std::string_view text) {
  const auto blank = [](char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return std::string(text);
}

}  // namespace siamtrack::evaluation
