// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <string>
#include <system_error>

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

/// An empty folder of its own that goes away with the object.
struct TemporaryFolder {
  std::filesystem::path path;
  TemporaryFolder() {
    static std::atomic<int> number = 0;
    path = std::filesystem::temp_directory_path() /
           ("siamtrack-" + std::to_string(getpid()) + "-" + std::to_string(number++));
    std::filesystem::create_directories(path);
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
};

}  // namespace siamtrack::testing
