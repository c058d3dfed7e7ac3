// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace siamtrack::evaluation::readers {

using Ini = std::map<std::string, std::string>;

/// "key = value" and "key: value" lines; sections and comments are skipped, a missing file is
/// empty.
Ini read_ini(const std::filesystem::path& file);

}  // namespace siamtrack::evaluation::readers
