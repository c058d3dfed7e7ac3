// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <string>
#include <vector>

namespace siamtrack::evaluation {

/// Something in the input that was left out or repaired: which sequence, file and line, and why.
struct Problem {
  std::string sequence;  ///< empty when the whole data set is meant
  std::string file;      ///< empty when no file is meant
  long line = 0;         ///< 1-based; 0 when no line is meant
  std::string text;      ///< what was found and what was done about it
  bool operator==(const Problem&) const = default;
};

/// Bad input never stops an evaluation: it is written down here and the rest goes on.
using Problems = std::vector<Problem>;

/// "sequence 'bag', groundtruth.txt:12: 3 numbers instead of 4 or 8; frame left out".
std::string to_string(const Problem& problem);

}  // namespace siamtrack::evaluation
