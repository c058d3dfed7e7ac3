// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <unistd.h>

#include <filesystem>
#include <string>

namespace siamtrack::testing {

/// A file of this process that goes away with it.
struct TemporaryFile {
  std::string path;
  explicit TemporaryFile(const std::string& name)
      : path(
            (std::filesystem::temp_directory_path() / (std::to_string(getpid()) + name)).string()) {
  }
  ~TemporaryFile() { std::filesystem::remove(path); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
};

}  // namespace siamtrack::testing
