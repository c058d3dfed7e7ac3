// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstdint>
#include <string>

/// Numbers and cells of the tables that the subcommands print.
namespace siamtrack::tools {

std::string fixed(double value, int digits);

/// "1.445 M"
std::string millions(std::int64_t count);

/// "2.629 G"
std::string billions(std::int64_t count);

/// Filled up with spaces to |width|: on the left, or for a negative width on the right.
std::string padded(const std::string& text, int width);

}  // namespace siamtrack::tools
