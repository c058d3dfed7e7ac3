// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>

#include "training/batch.h"

namespace siamtrack::training {

/// Makes batches ahead of the trainer on a thread of its own.
class Loader {
 public:
  using Make = std::function<Batch(std::int64_t step)>;

  /// Starts to make batches first, first + 1, ...; at most `ahead` wait to be taken.
  Loader(Make make, std::int64_t first, int ahead);
  ~Loader();
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;

  /// The next batch in order. Rethrows what making it threw.
  Batch next();

  /// Seconds that next() has waited so far: the time the loader, not the network, was the
  /// bottleneck.
  double waited() const { return waited_; }

 private:
  void run(std::int64_t step);

  Make make_;
  const std::size_t ahead_;
  double waited_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Batch> ready_;
  std::exception_ptr failure_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace siamtrack::training
