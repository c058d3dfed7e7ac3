// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <string>
#include <string_view>

namespace siamtrack::training {

/// Writes `bytes` to PATH.part and renames it, so that there is never half a file at `path`; when
/// writing fails, what was there stays and PATH.part goes away.
/// @param what  the file is, for the error
/// Throws  Error(kIo) naming the file (a full disk)
void replace_file(const std::string& path, std::string_view bytes, const std::string& what);

}  // namespace siamtrack::training
