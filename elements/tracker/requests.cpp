// SPDX-License-Identifier: LGPL-2.1-or-later
#include "requests.h"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cmath>

namespace siamtrack::tracker {
namespace {

constexpr std::size_t kBoxNumbers = 4;
constexpr std::size_t kPolygonNumbers = 8;

bool separates(char c) { return c == ',' || c == ';' || c == ' ' || c == '\t'; }

/// All numbers of the text, or nothing when something else is in it.
std::optional<std::vector<double>> parse_numbers(const std::string& text) {
  std::vector<double> numbers;
  const char* position = text.data();
  const char* end = position + text.size();
  while (true) {
    while (position != end && separates(*position)) ++position;
    if (position == end) return numbers;
    double number = 0;
    const auto [next, error] = std::from_chars(position, end, number);
    if (error != std::errc() || (next != end && !separates(*next))) return std::nullopt;
    numbers.push_back(number);
    position = next;
  }
}

Box around(const std::vector<double>& corners) {
  double left = corners[0], right = corners[0], top = corners[1], bottom = corners[1];
  for (std::size_t i = 2; i < corners.size(); i += 2) {
    left = std::min(left, corners[i]);
    right = std::max(right, corners[i]);
    top = std::min(top, corners[i + 1]);
    bottom = std::max(bottom, corners[i + 1]);
  }
  return {left, top, right - left, bottom - top};
}

/// The place as a box in the units it was given in; a click becomes a square of `side` pixels.
std::optional<Box> to_box(const Place& place, double side, double scale_x, double scale_y) {
  if (const auto* text = std::get_if<std::string>(&place)) return parse_box(*text);
  if (const auto* click = std::get_if<ClickPlace>(&place)) {
    return Box::from_centre(click->x, click->y, side / scale_x, side / scale_y);
  }
  return std::get<Box>(place);
}

}  // namespace

std::uint64_t next_target_id() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

InitRequest init_at(Place place, Origin origin) {
  return {.id = next_target_id(), .place = std::move(place), .origin = origin};
}

std::optional<Box> parse_box(const std::string& text) {
  const auto numbers = parse_numbers(text);
  if (!numbers) return std::nullopt;
  if (numbers->size() == kBoxNumbers) {
    return Box{(*numbers)[0], (*numbers)[1], (*numbers)[2], (*numbers)[3]};
  }
  if (numbers->size() == kPolygonNumbers) return around(*numbers);
  return std::nullopt;
}

std::optional<Box> resolve(const InitRequest& request, const Settings& settings, Size frame) {
  const bool normalized = request.units.value_or(settings.units) == Units::kNormalized;
  const double scale_x = normalized ? frame.width : 1;
  const double scale_y = normalized ? frame.height : 1;
  const double side = settings.click_size * std::min(frame.width, frame.height);
  const std::optional<Box> given = to_box(request.place, side, scale_x, scale_y);
  if (!given) return std::nullopt;
  return Box{given->x * scale_x, given->y * scale_y, given->width * scale_x,
             given->height * scale_y};
}

}  // namespace siamtrack::tracker
