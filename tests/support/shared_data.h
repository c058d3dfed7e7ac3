// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

namespace siamtrack::testing {

/// A file or folder of the real data that a developer may have beside the checkout (environment
/// variable SIAMTRACK_SHARED); nothing when it is absent, as in a user's clone.
inline std::optional<std::string> shared_data(const std::string& relative) {
  const char* root = std::getenv("SIAMTRACK_SHARED");
  if (root == nullptr) return std::nullopt;
  const std::filesystem::path path = std::filesystem::path(root) / relative;
  if (!std::filesystem::exists(path)) return std::nullopt;
  return path.string();
}

}  // namespace siamtrack::testing

/// Skips the test with a clear line unless the real data is there.
#define SIAMTRACK_REQUIRE_SHARED(variable, relative)                                       \
  const auto variable##_found = siamtrack::testing::shared_data(relative);                 \
  if (!variable##_found) GTEST_SKIP() << "needs " << (relative) << " in SIAMTRACK_SHARED"; \
  const std::string variable = *variable##_found
