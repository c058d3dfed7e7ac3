// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "evaluation/problem.h"

namespace siamtrack::evaluation {

/// One piece of work; what it computes goes into files.
struct Job {
  std::string label;     ///< for messages: "csrt on Bird2"
  std::string sequence;  ///< for problems
  std::function<void(Problems&)> work;
};

struct JobsOutcome {
  Problems problems;  ///< of all jobs, in the jobs' order
  std::size_t finished = 0;
  bool interrupted =
      false;  ///< SIGINT or SIGTERM came: what is finished stays, the rest is not done
};

/// Called after each job with the number finished so far.
using Progress = std::function<void(std::size_t finished, std::size_t total, const std::string&)>;

/// Runs the jobs in `workers` child processes. Processes, not threads: trackers keep global random
/// state, so results do not depend on what runs beside them; and one that crashes loses its own
/// sequence only.
///
/// Requires  the caller has started no threads; workers >= 1
/// Ensures   a job that throws or crashes becomes a problem that names it; the others go on
JobsOutcome run_jobs(const std::vector<Job>& jobs, int workers, const Progress& progress = {});

}  // namespace siamtrack::evaluation
