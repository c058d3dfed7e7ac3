// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <type_traits>

#include "siamtrack/error.h"

namespace siamtrack::training {

/// One JSON object being read: every key must be asked for.
class Fields {
 public:
  Fields(const nlohmann::json& object, std::string where)
      : object_(object), where_(std::move(where)) {
    if (!object_.is_object()) fail("expected an object, found " + std::string(object.type_name()));
  }

  template <typename T>
  void operator()(const char* key, T& value) {
    known_.insert(key);
    if (!object_.contains(key)) return;
    if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) require_whole<T>(key);
    try {
      value = object_.at(key).get<T>();
    } catch (const nlohmann::json::exception&) {
      fail_type(key);
    }
  }

  template <typename Read>
  void section(const char* key, Read read) {
    known_.insert(key);
    if (!object_.contains(key)) return;
    Fields fields(object_.at(key), where_ + " " + key);
    read(fields);
    fields.finish();
  }

  void finish() const {
    for (const auto& [key, value] : object_.items()) {
      if (!known_.contains(key)) fail("unknown key " + key);
    }
  }

  [[noreturn]] void fail(const std::string& what) const {
    throw Error(ErrorCode::kInvalidArgument, "recipe " + where_ + ": " + what);
  }

 private:
  [[noreturn]] void fail_type(const std::string& key) const {
    fail(key + ": unexpected type " + object_.at(key).type_name());
  }

  /// The JSON library takes what is no whole number, or too large for one, for some other.
  template <typename T>
  void require_whole(const char* key) const {
    const nlohmann::json& found = object_.at(key);
    if (!found.is_number()) fail_type(key);
    constexpr T kLow = std::numeric_limits<T>::min(), kHigh = std::numeric_limits<T>::max();
    const auto number = found.get<double>();
    const bool fits = number >= static_cast<double>(kLow) && number <= static_cast<double>(kHigh);
    if (fits && std::floor(number) == number) return;
    fail(std::string(key) + ": expected a whole number from " + std::to_string(kLow) + " to " +
         std::to_string(kHigh) + ", found " + found.dump());
  }

  const nlohmann::json& object_;
  std::string where_;
  std::set<std::string, std::less<>> known_;
};

}  // namespace siamtrack::training
