// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace siamtrack::evaluation {

/// The value as JSON text. Names of files need not be UTF-8, as JSON must be: what is not becomes
/// U+FFFD.
/// @param indent  spaces per level; -1: all in one line
template <typename Json>
std::string json_text(const Json& value, int indent = -1) {
  return value.dump(indent, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

}  // namespace siamtrack::evaluation
