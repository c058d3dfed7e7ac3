// SPDX-License-Identifier: LGPL-2.1-or-later
#include "line_file.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "siamtrack/error.h"

namespace siamtrack::exporting {
namespace {

constexpr mode_t kReadableByAll = 0644;

int open_file(const std::string& path, bool append) {
  // Opening /dev/stdout anew would write over what others print into the same file.
  if (path == "-" || path == "/dev/stdout") return dup(STDOUT_FILENO);
  const int flags = O_WRONLY | O_CREAT | O_CLOEXEC | (append ? O_APPEND : O_TRUNC);
  return open(path.c_str(), flags, kReadableByAll);
}

}  // namespace

LineFile::LineFile(std::string path, bool append) : path_(std::move(path)) {
  descriptor_ = open_file(path_, append);
  if (descriptor_ < 0) fail("open for writing");
  struct stat status {};
  if (fstat(descriptor_, &status) == 0) was_empty_ = status.st_size == 0;
}

LineFile::~LineFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void LineFile::write(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor_, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      pollfd ready{descriptor_, POLLOUT, 0};
      poll(&ready, 1, -1);
    } else if (errno != EINTR) {
      fail("write to");
    }
  }
}

void LineFile::close() {
  if (descriptor_ < 0) return;
  if (::close(std::exchange(descriptor_, -1)) != 0 && errno != EINTR) fail("close");
}

void LineFile::fail(const char* what) const {
  const int error = errno;
  throw Error(ErrorCode::kIo, std::string("cannot ") + what + " \"" + path_ +
                                  "\": " + std::generic_category().message(error) + " (errno " +
                                  std::to_string(error) + ")");
}

}  // namespace siamtrack::exporting
