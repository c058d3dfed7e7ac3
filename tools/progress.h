// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "evaluation/problem.h"

namespace siamtrack::tools {

/// Bar, count, time left and a word about the last step on standard error: redrawn on a terminal, a
/// line every few seconds elsewhere.
class ProgressLine {
 public:
  /// @param all  0 when the end is not known
  void show(std::size_t done, std::size_t all, const std::string& what);
  void finish();

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point last_{};
  bool drawn_ = false;
};

/// Prints the problems on standard error.
/// @param kept  what to say of an interrupted command's work
/// @return  exit status: 0 = everything was used, 3 = something was left out, 130 = interrupted
int report_problems(const evaluation::Problems& problems, bool interrupted,
                    const char* kept = "what is finished is kept, the same command goes on");

}  // namespace siamtrack::tools
