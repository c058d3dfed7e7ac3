// SPDX-License-Identifier: LGPL-2.1-or-later
#include "text_format.h"

#include <algorithm>
#include <iomanip>
#include <sstream>

namespace siamtrack::tools {

std::string fixed(double value, int digits) {
  std::ostringstream out;
  out << std::fixed << std::setprecision(digits) << value;
  return out.str();
}

std::string millions(std::int64_t count) {
  return fixed(static_cast<double>(count) / 1e6, 3) + " M";
}

std::string billions(std::int64_t count) {
  return fixed(static_cast<double>(count) / 1e9, 3) + " G";
}

std::string padded(const std::string& text, int width) {
  const auto wanted = static_cast<std::size_t>(std::abs(width));
  const std::string gap(std::max(wanted, text.size()) - text.size(), ' ');
  return width < 0 ? text + gap : gap + text;
}

}  // namespace siamtrack::tools
