// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "training/cache.h"

namespace siamtrack::training {

struct PrepareOptions {
  std::string folder;  ///< where the cache goes
  std::int64_t shard_bytes = kShardBytes;
  int self_label = 0;  ///< tracks tried per clip without labels (self_label.h); 0: none
  int threads = 1;     ///< that read, cut and encode pictures; the cache is the same
  /// Called after each sequence with the numbers done and in all.
  std::function<void(int done, int all)> progress;
};

/// Packs data sets into one cache. Pictures that are missing or unreadable, and boxes that have no
/// area inside their picture, are left out and counted in `complaints`; so are masks that show
/// nothing inside their object's box, which then has no outline.
/// Throws  Error(kIo) when the cache cannot be written
std::vector<Sequence> prepare(const std::vector<SourceSequence>& sources,
                              const PrepareOptions& options, Complaints& complaints);

}  // namespace siamtrack::training
