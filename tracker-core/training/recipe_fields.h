// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>

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
    try {
      value = object_.at(key).get<T>();
    } catch (const nlohmann::json::exception&) {
      fail(std::string(key) + ": unexpected type " + object_.at(key).type_name());
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
  const nlohmann::json& object_;
  std::string where_;
  std::set<std::string, std::less<>> known_;
};

}  // namespace siamtrack::training
