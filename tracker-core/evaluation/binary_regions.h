// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <filesystem>
#include <vector>

#include "evaluation/region.h"

namespace siamtrack::evaluation {

/// Reads a result file of the Python VOT toolkit (.bin, little endian): int16 version 1, uint32
/// count; per frame a type byte and 0: uint32 code, 1: four floats, 2: uint16 n and 2 n floats,
/// 3: int16 x, y, uint16 width, height, n and n run lengths (zeros first).
///
/// Throws  Error(kIo) that names the file and the place where it breaks off
std::vector<Region> read_binary_regions(const std::filesystem::path& file);

}  // namespace siamtrack::evaluation
