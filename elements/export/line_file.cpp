// SPDX-License-Identifier: LGPL-2.1-or-later
#include "line_file.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <ctime>
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

/// While it lives, this thread's writes to a pipe that nobody reads fail, and do not end the
/// process.
class PipeSignalOff {
 public:
  PipeSignalOff() {
    sigemptyset(&signal_);
    sigaddset(&signal_, SIGPIPE);
    sigset_t waiting;
    sigpending(&waiting);
    was_waiting_ = sigismember(&waiting, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &signal_, &before_);
  }
  ~PipeSignalOff() {
    const int error = errno;
    constexpr timespec kNow{};
    while (!was_waiting_ && sigtimedwait(&signal_, nullptr, &kNow) < 0 && errno == EINTR) {
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    errno = error;
  }
  PipeSignalOff(const PipeSignalOff&) = delete;
  PipeSignalOff& operator=(const PipeSignalOff&) = delete;

 private:
  sigset_t signal_, before_;
  bool was_waiting_;
};

ssize_t write_quietly(int descriptor, std::string_view text) {
  const PipeSignalOff off;
  return ::write(descriptor, text.data(), text.size());
}

}  // namespace

Interrupt::Interrupt() : descriptor_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

Interrupt::~Interrupt() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void Interrupt::set(bool on) {
  eventfd_t ignored = 0;
  if (descriptor_ < 0) return;
  if (on) {
    eventfd_write(descriptor_, 1);
  } else {
    eventfd_read(descriptor_, &ignored);
  }
}

LineFile::LineFile(std::string path, bool append, const Interrupt& interrupt)
    : path_(std::move(path)), interrupt_(interrupt) {
  descriptor_ = open_file(path_, append);
  if (descriptor_ < 0) fail("open for writing");
  struct stat status {};
  if (fstat(descriptor_, &status) == 0) was_empty_ = status.st_size == 0;
}

LineFile::~LineFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

bool LineFile::write(std::string_view text) {
  constexpr std::size_t kNeverBlocks = PIPE_BUF;  // a pipe that is ready has room for this much
  left_ += text;
  std::size_t done = 0;
  while (done < left_.size()) {
    pollfd events[] = {{descriptor_, POLLOUT, 0}, {interrupt_.descriptor(), POLLIN, 0}};
    if (poll(events, 2, -1) < 0 && errno != EINTR) fail("wait for");
    if (events[0].revents == 0) {
      if (events[1].revents != 0) break;
      continue;
    }
    const ssize_t written =
        write_quietly(descriptor_, std::string_view(left_).substr(done, kNeverBlocks));
    if (written >= 0) {
      done += static_cast<std::size_t>(written);
    } else if (errno != EINTR && errno != EAGAIN) {
      fail("write to");
    }
  }
  left_.erase(0, done);
  return left_.empty();
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
