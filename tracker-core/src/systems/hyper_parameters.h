// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "siamtrack/error.h"

namespace siamtrack {

/// Reads a system's hyper-parameters out of a JSON object and remembers which keys were asked for.
class HyperParameters {
 public:
  /// @param system  name used in error texts
  HyperParameters(nlohmann::json values, std::string system)
      : values_(std::move(values)), system_(std::move(system)) {}

  /// The number under `key` if it lies in [lowest, highest]; `fallback` when the key is absent.
  /// Throws  Error(kModelInvalid)
  double number(const std::string& key, double fallback, double lowest, double highest) {
    known_.insert(key);
    const auto found = values_.find(key);
    if (found == values_.end()) return fallback;
    const bool fits =
        found->is_number() && found->get<double>() >= lowest && found->get<double>() <= highest;
    if (!fits) {
      fail(key, "a number from " + std::to_string(lowest) + " to " + std::to_string(highest),
           found->dump());
    }
    return found->get<double>();
  }

  /// number() without a fraction.
  int integer(const std::string& key, int fallback, int lowest, int highest) {
    const double value = number(key, fallback, lowest, highest);
    if (value != std::floor(value)) fail(key, "a whole number", values_.at(key).dump());
    return static_cast<int>(value);
  }

  /// The text under `key` if it is one of `choices`; `fallback` when the key is absent.
  /// Throws  Error(kModelInvalid)
  std::string choice(const std::string& key, const std::string& fallback,
                     const std::vector<std::string>& choices) {
    known_.insert(key);
    const auto found = values_.find(key);
    if (found == values_.end()) return fallback;
    std::string names;
    for (const std::string& name : choices) {
      if (*found == name) return name;
      names += (names.empty() ? "" : ", ") + name;
    }
    fail(key, "one of [" + names + "]", found->dump());
  }

  bool flag(const std::string& key, bool fallback) {
    known_.insert(key);
    const auto found = values_.find(key);
    if (found == values_.end()) return fallback;
    if (!found->is_boolean()) fail(key, "true or false", found->dump());
    return found->get<bool>();
  }

  /// Throws  Error(kModelInvalid) when the object holds keys that nobody asked for
  void reject_unknown() const {
    for (const auto& [key, value] : values_.items()) {
      if (!known_.contains(key)) fail(key, "a hyper-parameter of " + system_, value.dump());
    }
  }

 private:
  [[noreturn]] void fail(const std::string& key, const std::string& expected,
                         const std::string& found) const {
    throw Error(ErrorCode::kModelInvalid, "hyper-parameter " + key + " of " + system_ +
                                              ": expected " + expected + ", found " + found);
  }

  nlohmann::json values_;
  std::string system_;
  std::set<std::string> known_;
};

/// Throws  Error(kModelInvalid) unless the response to a search patch has at least 1 cell
/// @param cells             side of the response map, cells; less than 1: a patch is too small
/// @param exemplar, search  sides of the patches, px
inline void require_response(int cells, int exemplar, int search) {
  if (cells >= 1) return;
  throw Error(ErrorCode::kModelInvalid,
              "patches: expected sides that give at least 1 cell of response, found none for an "
              "exemplar of " +
                  std::to_string(exemplar) + " px and a search patch of " + std::to_string(search) +
                  " px");
}

}  // namespace siamtrack
