// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <limits>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace siamtrack::training {

/// Makes items ahead of who takes them, on threads of its own; they are taken in order.
template <typename Item>
class OrderedPool {
 public:
  using Make = std::function<Item(std::int64_t index)>;
  static constexpr std::int64_t kEndless = std::numeric_limits<std::int64_t>::max();

  struct Range {
    std::int64_t first = 0;       ///< index of the first item
    std::int64_t end = kEndless;  ///< behind the last one
  };

  /// Starts to make the items of `range`.
  /// @param make     called from all threads at once
  /// @param ahead    most items that wait to be taken while every thread makes another
  /// @param threads  at least 1
  OrderedPool(Make make, Range range, int ahead, int threads)
      : make_(std::move(make)),
        end_(range.end),
        ahead_(ahead + threads),
        begun_(range.first),
        taken_(range.first) {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
  }

  ~OrderedPool() {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  OrderedPool(const OrderedPool&) = delete;
  OrderedPool& operator=(const OrderedPool&) = delete;

  /// The next item. Rethrows what making it threw. Requires: there is one.
  Item next() {
    const auto start = std::chrono::steady_clock::now();
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return ready_.contains(taken_); });
    waited_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    Made made = std::move(ready_.extract(taken_++).mapped());
    changed_.notify_all();
    if (made.failure) std::rethrow_exception(made.failure);
    return std::move(made.item);
  }

  /// Seconds that next() has waited so far: the time that making, not taking, was the bottleneck.
  double waited() const { return waited_; }

 private:
  struct Made {
    Item item;
    std::exception_ptr failure;
  };

  Made made(std::int64_t index) const {
    try {
      return {make_(index), nullptr};
    } catch (...) {
      return {{}, std::current_exception()};
    }
  }

  void run() {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [&] { return stop_ || begun_ == end_ || begun_ < taken_ + ahead_; });
      if (stop_ || begun_ == end_) return;
      const std::int64_t index = begun_++;
      lock.unlock();
      Made item = made(index);
      lock.lock();
      ready_.emplace(index, std::move(item));
      changed_.notify_all();
    }
  }

  Make make_;
  const std::int64_t end_;
  const std::int64_t ahead_;  ///< most items begun and not taken
  double waited_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::int64_t begun_, taken_;  ///< the next one to make, to take
  std::map<std::int64_t, Made> ready_;
  bool stop_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace siamtrack::training
