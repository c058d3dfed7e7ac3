// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <c10/core/Device.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "training/batch.h"
#include "training/checkpoint.h"
#include "training/recipe.h"
#include "training/task.h"

namespace siamtrack::training {

/// State of a run after a step, for people to look at.
struct Progress {
  std::int64_t step = 0, steps = 0;
  std::int64_t pairs = 0;
  double learning_rate = 0;
  double pairs_per_second = 0;  ///< since the last report
  double seconds_left = 0;
  double loader_idle = 0;  ///< fraction of the time spent waiting for the loader
  int skipped = 0;         ///< steps not made since the last report: the loss was no useful number
  std::vector<std::pair<std::string, double>> losses;  ///< means since the last report
};

struct TrainOptions {
  std::string folder;              ///< checkpoints and the log go here
  double checkpoint_every = 180;   ///< s
  double report_every = 15;        ///< s
  c10::Device device = c10::kCPU;  ///< where the network is trained
  int threads = 0;                 ///< CPU threads of the network; 0: LibTorch's choice
  int loader_threads = 1;          ///< that make batches ahead
  std::string initial;  ///< model file to start from, not to go on from; empty: random weights
  std::int64_t stop_at = -1;                ///< step at which to stop early; -1: the recipe's end
  const std::atomic<bool>* stop = nullptr;  ///< set by a signal handler
  std::function<void(const Progress&)> report;
  std::function<void(const Imported&)> imported;  ///< what `initial` gave
  /// Told what the run goes on in spite of: a checkpoint by time or lines of the curve that could
  /// not be written, which ends the run where this is empty; an `initial` that is not read.
  std::function<void(const std::string&)> notice;
};

/// Training pairs first .. first + count - 1; called from all of the loader's threads at once.
using MakeBatch = std::function<Batch(std::int64_t first, int count)>;

/// Trains `task` by `recipe`; goes on from FOLDER/checkpoint.pt when there is one of this recipe.
/// Checkpoints by time, at interruption, when a batch cannot be made and at the end, each with its
/// FOLDER/model.safetensors;
/// FOLDER/losses.tsv keeps the curve. Sets the process's thread counts: the trainer owns its
/// process.
///
/// @return  the run's last state; finished when its step is recipe.steps()
/// Throws   Error(kIo | kModelInvalid | kInvalidArgument | kDevice). When a checkpoint cannot be
///          written, the one before it is whole
Checkpoint train(const Task& task, const Recipe& recipe, const MakeBatch& make,
                 const TrainOptions& options);

/// Writes the averaged weights, or the last ones where no average is kept, as a model file.
/// Throws  Error(kIo)
void write_model(const Task& task, const Recipe& recipe, const Checkpoint& state,
                 const std::string& path);

}  // namespace siamtrack::training
