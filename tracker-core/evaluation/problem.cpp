// SPDX-License-Identifier: LGPL-2.1-or-later
#include "evaluation/problem.h"

namespace siamtrack::evaluation {

std::string to_string(const Problem& problem) {
  std::string text;
  if (!problem.sequence.empty()) text += "sequence '" + problem.sequence + "', ";
  if (!problem.file.empty()) {
    text += problem.file;
    if (problem.line > 0) text += ":" + std::to_string(problem.line);
    text += ": ";
  }
  return text + problem.text;
}

}  // namespace siamtrack::evaluation
