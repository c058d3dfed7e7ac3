// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/ordered_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "siamtrack/error.h"

namespace siamtrack::training {
namespace {

TEST(OrderedPool, KeepsOrderAndForwardsFailures) {
  OrderedPool<int> pool(
      [](std::int64_t index) {
        if (index == 7) throw Error(ErrorCode::kIo, "broken");
        return static_cast<int>(index);
      },
      {.first = 3}, 2, 1);
  for (int index = 3; index < 7; ++index) EXPECT_EQ(pool.next(), index);
  EXPECT_THROW(pool.next(), Error);
}

TEST(OrderedPool, ThreadsWorkSideBySideAndKeepOrder) {
  constexpr int kThreads = 3;
  std::mutex mutex;
  std::condition_variable changed;
  int begun = 0;
  OrderedPool<int> pool(
      [&](std::int64_t index) {
        std::unique_lock lock(mutex);
        ++begun;
        changed.notify_all();
        // The first ones wait for each other, and the very first for one behind them.
        changed.wait_for(lock, std::chrono::seconds(20),
                         [&] { return begun >= (index == 0 ? kThreads + 1 : kThreads); });
        if (index == 8) throw Error(ErrorCode::kIo, "broken");
        return static_cast<int>(index);
      },
      {.first = 0}, 2, kThreads);
  for (int index = 0; index < 8; ++index) {
    EXPECT_EQ(pool.next(), index);
    const std::lock_guard lock(mutex);
    EXPECT_GE(begun, kThreads) << "side by side";
    EXPECT_LE(begun, index + 1 + 2 + kThreads) << "no further ahead";
  }
  EXPECT_THROW(pool.next(), Error);
}

TEST(OrderedPool, EndsWhileItemsWaitToBeTaken) {
  std::atomic<int> made = 0;
  {
    const OrderedPool<int> pool([&](std::int64_t) { return ++made; }, {.first = 0}, 1, 2);
    while (made < 3) std::this_thread::yield();
  }
  EXPECT_EQ(made, 3);
}

TEST(OrderedPool, MakesNoMoreThanItsRange) {
  std::atomic<int> made = 0;
  {
    OrderedPool<int> pool([&](std::int64_t) { return ++made; }, {0, 2}, 5, 3);
    EXPECT_GT(pool.next() + pool.next(), 0);
  }
  EXPECT_EQ(made, 2);
  const OrderedPool<int> nothing([&](std::int64_t) { return ++made; }, {4, 4}, 5, 3);
  EXPECT_EQ(made, 2);
}

}  // namespace
}  // namespace siamtrack::training
