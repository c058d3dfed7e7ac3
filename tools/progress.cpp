// SPDX-License-Identifier: LGPL-2.1-or-later
#include "progress.h"

#include <unistd.h>

#include <cstdio>

namespace siamtrack::tools {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kRedraw{100};
constexpr std::chrono::seconds kLine{10};
constexpr int kBarWidth = 24;
constexpr int kStatusLeftOut = 3;
constexpr int kStatusInterrupted = 130;  // what shells report after SIGINT

std::string bar(std::size_t done, std::size_t all) {
  const int full = static_cast<int>(done * kBarWidth / all);
  return "[" + std::string(full, '#') + std::string(kBarWidth - full, '.') + "] " +
         std::to_string(done) + "/" + std::to_string(all);
}

}  // namespace

void ProgressLine::show(std::size_t done, std::size_t all, const std::string& what) {
  const bool terminal = ::isatty(STDERR_FILENO) != 0;
  const auto now = Clock::now();
  const bool last = all > 0 && done == all;
  if (!last && now - last_ < (terminal ? Clock::duration(kRedraw) : Clock::duration(kLine))) return;
  last_ = now;
  const double passed = std::chrono::duration<double>(now - start_).count();
  std::string text = all > 0 ? bar(done, all) : std::to_string(done);
  if (all > 0 && done > 0) {
    const double left = passed / static_cast<double>(done) * static_cast<double>(all - done);
    text += ", " + std::to_string(static_cast<long>(left)) + " s left";
  }
  std::fprintf(stderr, terminal ? "\r\033[K%s, %s" : "%s, %s\n", text.c_str(), what.c_str());
  std::fflush(stderr);
  drawn_ = terminal;
}

void ProgressLine::finish() {
  if (drawn_) std::fputs("\n", stderr);
  drawn_ = false;
}

int report_problems(const evaluation::Problems& problems, bool interrupted, const char* kept) {
  for (const auto& problem : problems) {
    std::fprintf(stderr, "siamtrack: %s\n", to_string(problem).c_str());
  }
  if (interrupted) {
    std::fprintf(stderr, "siamtrack: interrupted; %s\n", kept);
    return kStatusInterrupted;
  }
  if (problems.empty()) return 0;
  std::fprintf(stderr, "siamtrack: %zu things were left out or repaired (above)\n",
               problems.size());
  return kStatusLeftOut;
}

}  // namespace siamtrack::tools
