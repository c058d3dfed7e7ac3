// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/replace_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "siamtrack/error.h"

namespace siamtrack::training {
namespace {

/// Waits until the file's bytes are on the disk: a rename may get there before them.
bool on_disk(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool done = file >= 0 && ::fsync(file) == 0;
  if (file >= 0) ::close(file);
  return done;
}

}  // namespace

void replace_file(const std::string& path, std::string_view bytes, const std::string& what) {
  const std::string part = path + ".part";
  std::ofstream out(part, std::ios::binary | std::ios::trunc);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  std::error_code error;
  if (out && on_disk(part)) {
    std::filesystem::rename(part, path, error);
    if (!error) return;
  }
  std::error_code ignored;
  std::filesystem::remove(part, ignored);
  throw Error(ErrorCode::kIo, what + " " + part + ": writing failed (" +
                                  (error ? error.message() : "is the disk full?") + ")");
}

}  // namespace siamtrack::training
