// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/interpolation.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace siamtrack::training {
namespace {

TEST(Interpolation, IsLinearBetweenCellsAndStaysInside) {
  const at::Tensor row = at::tensor({1.0F, 2.0F, 4.0F});
  const at::Tensor found = interpolation(5, -0.5, 0.75, 3).matmul(row);
  EXPECT_TRUE(at::allclose(found, at::tensor({1.0F, 1.25F, 2.0F, 3.5F, 4.0F})));
}

TEST(Interpolation, MapsAreResampledAlongRowsAndColumns) {
  const at::Tensor maps = at::arange(2 * 3 * 4 * 4, at::kFloat).reshape({2, 3, 4, 4});
  const at::Tensor every_second = interpolation(2, 0, 2, 4);
  EXPECT_TRUE(at::equal(resampled(maps, every_second), maps.slice(2, 0, 4, 2).slice(3, 0, 4, 2)));
  EXPECT_TRUE(resampled(maps, {}).is_same(maps));
}

TEST(Interpolation, NetworksMeetOnTheFirstOnesCellsUnlessTheyAreTooMany) {
  const std::vector<CommonGrid> grids = common_grids({96, 24, 12}, {128, 32, 20, 16}, at::kCPU);
  ASSERT_EQ(grids.size(), 3U);
  const std::vector<std::int64_t> shapes[] = {{32, 96}, {32, 128}, {24, 32}, {12, 16}};
  EXPECT_EQ(grids[0].first.sizes(), shapes[0]);
  EXPECT_EQ(grids[0].second.sizes(), shapes[1]);
  EXPECT_FALSE(grids[1].first.defined());
  EXPECT_EQ(grids[1].second.sizes(), shapes[2]);
  EXPECT_EQ(grids[2].second.sizes(), shapes[3]) << "the last ones belong together";
}

}  // namespace
}  // namespace siamtrack::training
