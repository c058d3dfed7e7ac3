// SPDX-License-Identifier: LGPL-2.1-or-later
#include "script.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fstream>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>

#include "siamtrack/error.h"

namespace siamtrack::tracker {
namespace {

constexpr double kNanoseconds = 1e9;  // in a second
constexpr double kLatest = 1e9;       // s; keeps every time inside 64 bits of nanoseconds

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

/// Takes the text before the next comma off `rest`.
std::string_view take_field(std::string_view& rest) {
  const std::string_view field = rest.substr(0, rest.find(','));
  rest.remove_prefix(std::min(field.size() + 1, rest.size()));
  return trimmed(field);
}

/// The request that a line describes, or nothing when it is anything else.
std::optional<InitRequest> parse(std::string_view line) {
  std::array<double, 5> numbers{};  // seconds, x, y, width, height
  for (double& number : numbers) {
    const std::string_view field = take_field(line);
    const char* end = field.data() + field.size();
    const auto [stop, error] = std::from_chars(field.data(), end, number);
    if (error != std::errc() || stop != end) return std::nullopt;
  }
  const auto [seconds, x, y, width, height] = numbers;
  if (!(seconds >= 0 && seconds <= kLatest)) return std::nullopt;
  InitRequest request = init_at(Box{x, y, width, height}, Origin::kStream);
  request.due = static_cast<std::uint64_t>(std::llround(seconds * kNanoseconds));
  request.label = trimmed(line);
  return request;
}

}  // namespace

Script::Script(const std::string& path) {
  std::ifstream file(path);
  if (!file) {
    throw Error(ErrorCode::kInvalidArgument,
                "init-file: expected a text file that can be read, found none at " + path);
  }
  std::string text;
  for (int number = 1; std::getline(file, text); ++number) {
    const std::string_view line = trimmed(text);
    if (line.empty() || line.front() == '#') continue;
    std::optional<InitRequest> request = parse(line);
    if (!request) {
      throw Error(ErrorCode::kInvalidArgument,
                  "init-file: " + path + ":" + std::to_string(number) +
                      ": expected seconds,x,y,width,height[,label], found " + std::string(line));
    }
    lines_.push_back(std::move(*request));
  }
  std::stable_sort(lines_.begin(), lines_.end(),
                   [](const InitRequest& a, const InitRequest& b) { return a.due < b.due; });
}

void Script::add(InitRequest line) {
  const auto earlier = [](std::uint64_t due, const InitRequest& other) { return due < other.due; };
  const auto place = std::upper_bound(lines_.begin(), lines_.end(), line.due, earlier);
  if (place - lines_.begin() < static_cast<std::ptrdiff_t>(next_)) {
    ++next_;
    overdue_.push_back(line);
  }
  lines_.insert(place, std::move(line));
}

void Script::forget(Origin origin) {
  const auto of_origin = [origin](const InitRequest& line) { return line.origin == origin; };
  const auto next = lines_.begin() + static_cast<std::ptrdiff_t>(next_);
  next_ -= static_cast<std::size_t>(std::count_if(lines_.begin(), next, of_origin));
  std::erase_if(lines_, of_origin);
  std::erase_if(overdue_, of_origin);
}

std::vector<InitRequest> Script::take_due(std::uint64_t now, std::uint64_t duration) {
  if (std::exchange(jumped_, false) || now < last_) {
    // A line that came due since the frame before this one is for this one.
    const auto past = [=](const InitRequest& line) {
      return line.due < now && line.due + duration <= now;
    };
    std::erase_if(overdue_, std::not_fn(past));  // given below, or when their time comes again
    next_ = static_cast<std::size_t>(std::partition_point(lines_.begin(), lines_.end(), past) -
                                     lines_.begin());
  }
  last_ = now;
  std::vector<InitRequest> due = std::exchange(overdue_, {});
  for (; next_ < lines_.size() && lines_[next_].due <= now; ++next_) {
    due.push_back(lines_[next_]);
  }
  for (InitRequest& request : due) request.id = next_target_id();
  return due;
}

}  // namespace siamtrack::tracker
