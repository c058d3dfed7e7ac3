// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <string>
#include <vector>

#include "training/sequence.h"

namespace siamtrack::training {

/// What index.json of a cache says.
struct CacheIndex {
  std::vector<std::string> shards;  ///< file names, in the order Blob::shard counts
  std::vector<Sequence> sequences;
};

/// Throws  Error(kIo) naming the file (a full disk)
void write_index(const std::string& path, const CacheIndex& index);

/// Throws  Error(kIo) when the file is missing or not an index of this format
CacheIndex read_index(const std::string& path);

}  // namespace siamtrack::training
