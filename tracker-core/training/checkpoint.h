// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstdint>
#include <string>

#include "nn/weights.h"

namespace siamtrack::training {

/// Everything a run needs to go on as if it had never stopped. What pairs come next follows from
/// the step alone (PairSource).
struct Checkpoint {
  std::int64_t step = 0;     ///< batches seen
  double seconds = 0;        ///< wall time trained so far
  std::string architecture;  ///< "siamfc+ ciresnet22": guards against another network's file
  std::string recipe;        ///< name of the recipe
  std::string optimiser;     ///< its serialised state
  nn::Weights weights;
  nn::Weights average;  ///< empty when none is kept
};

/// Writes through a temporary name, which goes away when writing fails: an earlier checkpoint stays
/// whole.
/// Throws  Error(kIo) naming the file (a full disk)
void write_checkpoint(const std::string& path, const Checkpoint& checkpoint);

/// Throws  Error(kIo) when the file is missing, truncated or no checkpoint;
///         Error(kModelInvalid) when `architecture` is another than the file's
Checkpoint read_checkpoint(const std::string& path, const std::string& architecture);

}  // namespace siamtrack::training
