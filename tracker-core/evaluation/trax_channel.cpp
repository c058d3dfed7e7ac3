// SPDX-License-Identifier: LGPL-2.1-or-later
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <thread>

#include "evaluation/trax_server.h"
#include "siamtrack/error.h"

namespace siamtrack::evaluation {
namespace {

class DescriptorChannel final : public TraxChannel {
 public:
  DescriptorChannel(int in, int out) : in_(in), out_(out) {}
  ~DescriptorChannel() override {
    ::close(in_);
    if (out_ != in_) ::close(out_);
  }
  DescriptorChannel(const DescriptorChannel&) = delete;
  DescriptorChannel& operator=(const DescriptorChannel&) = delete;

  bool read_line(std::string& line) override {
    while (true) {
      const std::size_t end = buffer_.find('\n');
      if (end != std::string::npos) {
        line = buffer_.substr(0, end);
        buffer_.erase(0, end + 1);
        return true;
      }
      char chunk[65536];
      const ssize_t size = ::read(in_, chunk, sizeof chunk);
      if (size < 0 && errno == EINTR) continue;
      if (size <= 0) return false;
      buffer_.append(chunk, static_cast<std::size_t>(size));
    }
  }

  void write(const std::string& text) override {
    for (std::size_t at = 0; at < text.size();) {
      const ssize_t size = ::write(out_, text.data() + at, text.size() - at);
      if (size < 0 && errno == EINTR) continue;
      if (size <= 0) throw Error(ErrorCode::kIo, "the TraX client is gone");
      at += static_cast<std::size_t>(size);
    }
  }

 private:
  int in_, out_;
  std::string buffer_;
};

int number_of(const char* variable, int otherwise) {
  const char* text = std::getenv(variable);
  return text != nullptr && *text != '\0' ? std::atoi(text) : otherwise;
}

int connect_to(int port) {
  constexpr int kAttempts = 30;  // toolkits wait 30 s for a tracker by default
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0)
      return socket;
    ::close(socket);
    std::this_thread::sleep_for(std::chrono::seconds(1));
  }
  throw Error(ErrorCode::kIo, "no TraX client on port " + std::to_string(port) + " of this host");
}

}  // namespace

std::unique_ptr<TraxChannel> open_trax_channel() {
  const int port = number_of("TRAX_SOCKET", 0);
  if (port > 0) {
    const int socket = connect_to(port);
    return std::make_unique<DescriptorChannel>(socket, socket);
  }
  const int in = number_of("TRAX_IN", STDIN_FILENO);
  int out = number_of("TRAX_OUT", STDOUT_FILENO);
  if (out == STDOUT_FILENO) {
    out = ::dup(STDOUT_FILENO);
    ::dup2(STDERR_FILENO, STDOUT_FILENO);
  }
  return std::make_unique<DescriptorChannel>(in, out);
}

}  // namespace siamtrack::evaluation
