// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/loader.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "siamtrack/error.h"

namespace siamtrack::training {
namespace {

TEST(Loader, KeepsOrderAndForwardsFailures) {
  Loader loader(
      [](std::int64_t step) {
        if (step == 7) throw Error(ErrorCode::kIo, "broken");
        Batch batch;
        batch.exemplars = at::full({1}, step);
        return batch;
      },
      3, 2);
  for (int step = 3; step < 7; ++step) {
    EXPECT_EQ(loader.next().exemplars.item<int>(), step);
  }
  EXPECT_THROW(loader.next(), Error);
}

}  // namespace
}  // namespace siamtrack::training
