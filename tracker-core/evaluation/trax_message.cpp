// SPDX-License-Identifier: LGPL-2.1-or-later
#include "evaluation/trax_message.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "siamtrack/error.h"

namespace siamtrack::evaluation {
namespace {

constexpr std::string_view kPrefix = "@@TRAX:";
constexpr std::size_t kMaxKey = 64;
constexpr std::array<std::string_view, 6> kTypes = {"hello", "initialize", "frame",
                                                    "state", "status",     "quit"};

bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

bool is_key(std::string_view text) {
  return !text.empty() && text.size() <= kMaxKey &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '_';
         });
}

/// Reads one token from `at` on, quoted or not, and moves `at` behind it.
std::string next_token(std::string_view line, std::size_t& at) {
  std::string token;
  const bool quoted = line[at] == '"';
  if (quoted) ++at;
  for (; at < line.size(); ++at) {
    char c = line[at];
    if (quoted ? c == '"' : is_space(c)) break;
    if (quoted && c == '\\' && at + 1 < line.size()) {
      c = line[++at];
      if (c == 'n') c = '\n';
    }
    token += c;
  }
  if (quoted && at < line.size()) ++at;
  return token;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out + "\" ";
}

int base64_value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  if (c == '/' || c == '_') return 63;
  return -1;
}

std::vector<uchar> decode_base64(std::string_view text) {
  std::vector<uchar> bytes;
  unsigned bits = 0;
  int count = 0;
  for (const char c : text) {
    const int value = base64_value(c);
    if (value < 0) continue;  // padding and line ends
    bits = (bits << 6) | static_cast<unsigned>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes.push_back(static_cast<uchar>((bits >> count) & 0xff));
  }
  return bytes;
}

/// "W;H;rgb;BASE64" after "image:".
cv::Mat memory_image(std::string_view text) {
  std::array<std::string, 3> parts;
  for (auto& part : parts) {
    const std::size_t end = text.find(';');
    if (end == std::string_view::npos) return {};
    part = text.substr(0, end);
    text.remove_prefix(end + 1);
  }
  const int width = std::atoi(parts[0].c_str()), height = std::atoi(parts[1].c_str());
  std::vector<uchar> bytes = decode_base64(text);
  const int channels = parts[2] == "rgb" ? 3 : parts[2] == "gray8" ? 1 : 0;
  if (channels == 0 || width <= 0 || height <= 0 ||
      bytes.size() != static_cast<std::size_t>(width) * height * channels) {
    return {};
  }
  cv::Mat picture(height, width, CV_8UC(channels), bytes.data()), bgr;
  cv::cvtColor(picture, bgr, channels == 3 ? cv::COLOR_RGB2BGR : cv::COLOR_GRAY2BGR);
  return bgr;
}

cv::Mat decoded(const std::string& image) {
  const std::string_view text = image;
  if (text.starts_with("image:")) return memory_image(text.substr(6));
  if (text.starts_with("data:")) {
    std::string_view body = text.substr(std::min(text.find(';'), text.size() - 1) + 1);
    if (body.starts_with("base64,")) body.remove_prefix(7);
    const std::vector<uchar> bytes = decode_base64(body);
    return bytes.empty() ? cv::Mat() : cv::imdecode(bytes, cv::IMREAD_COLOR);
  }
  std::string path = image;
  if (text.starts_with("file://")) {
    path = image.substr(7);
  } else if (text.starts_with("file:")) {
    path = image.substr(5);
  }
  return cv::imread(path, cv::IMREAD_COLOR);
}

}  // namespace

std::optional<TraxMessage> parse_trax(std::string_view line) {
  if (!line.starts_with(kPrefix)) return std::nullopt;
  std::size_t at = kPrefix.size();
  TraxMessage message;
  while (at < line.size() && !is_space(line[at])) {
    message.type += static_cast<char>(std::tolower(static_cast<unsigned char>(line[at++])));
  }
  if (std::find(kTypes.begin(), kTypes.end(), message.type) == kTypes.end()) return std::nullopt;
  if (message.type == "status") message.type = "state";
  while (true) {
    while (at < line.size() && is_space(line[at])) ++at;
    if (at >= line.size()) return message;
    const std::string token = next_token(line, at);
    const std::size_t split = token.find('=');
    if (split != std::string::npos && is_key(std::string_view(token).substr(0, split))) {
      message.properties[token.substr(0, split)] = token.substr(split + 1);
    } else {
      message.arguments.push_back(token);
    }
  }
}

std::string format_trax(const TraxMessage& message) {
  std::string line = std::string(kPrefix) + message.type + " ";
  for (const auto& argument : message.arguments) line += quoted(argument);
  for (const auto& [key, value] : message.properties) line += quoted(key + "=" + value);
  return line + "\n";
}

cv::Mat read_trax_image(const std::string& image) {
  cv::Mat picture = decoded(image);
  if (picture.empty()) {
    throw Error(ErrorCode::kIo,
                "expected a readable picture, found '" + image.substr(0, 200) + "'");
  }
  return picture;
}

}  // namespace siamtrack::evaluation
