// SPDX-License-Identifier: LGPL-2.1-or-later
#include "evaluation/readers/ini.h"

#include "evaluation/text.h"

namespace siamtrack::evaluation::readers {

Ini read_ini(const std::filesystem::path& file) {
  Ini values;
  if (!std::filesystem::exists(file)) return values;
  for (const std::string& line : read_lines(file)) {
    const std::size_t split = line.find_first_of("=:");
    if (split == std::string::npos || line.front() == '#' || line.front() == '[') continue;
    values[trimmed(line.substr(0, split))] = trimmed(line.substr(split + 1));
  }
  return values;
}

}  // namespace siamtrack::evaluation::readers
