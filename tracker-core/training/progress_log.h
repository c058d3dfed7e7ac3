// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "training/trainer.h"

namespace siamtrack::training {

/// Collects losses between two reports and keeps FOLDER/losses.tsv: one line per report.
class ProgressLog {
 public:
  explicit ProgressLog(std::string folder) : path_(std::move(folder) + "/losses.tsv") {}

  /// Begins at `step`; lines of the file beyond it (from a run that was killed) are dropped, and
  /// half a line at its end.
  /// Throws  Error(kIo): the file is as it was
  void start(std::int64_t step, const Recipe& recipe);
  void add(const StepLoss& loss);
  /// A step that was not made.
  void skip();
  bool due(double seconds) const;
  bool pending() const { return count_ > 0; }
  Progress flush(std::int64_t step, const Recipe& recipe, double waited);
  /// Throws  Error(kIo): the file is as it was, the next call writes this line too
  void write(const Progress& progress);

 private:
  std::string path_;
  std::string unwritten_;  ///< whole lines
  std::chrono::steady_clock::time_point since_;
  double waited_ = 0;
  int count_ = 0;  ///< steps, those that were not made included
  int skipped_ = 0;
  std::vector<std::pair<std::string, at::Tensor>> sums_;  ///< read in flush(): reading stalls a GPU
};

}  // namespace siamtrack::training
