// SPDX-License-Identifier: LGPL-2.1-or-later
#include "decode/response.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace siamtrack {
namespace {

TEST(Hann, HasTheSpecsGoldenValues) {
  const std::vector<double> golden{0,      .017037, .066987, .146447, .25,     .37059, .5,
                                   .62941, .75,     .853553, .933013, .982963, 1};
  const std::vector<double> window = hann(25);
  for (std::size_t i = 0; i < golden.size(); ++i) {
    EXPECT_NEAR(window[i], golden[i], 1e-6) << i;
    EXPECT_NEAR(window[24 - i], golden[i], 1e-6) << i;
  }
  EXPECT_EQ(hann(1), std::vector<double>{1.0});
}

TEST(HannWindow, SumsToOneAndPeaksInTheMiddle) {
  const std::vector<float> window = hann_window(272);
  EXPECT_NEAR(std::accumulate(window.begin(), window.end(), 0.0), 1.0, 1e-5);
  EXPECT_FLOAT_EQ(window[0], 0.0F);
  EXPECT_FLOAT_EQ(window[135 * 272 + 135], window[136 * 272 + 136]);
}

TEST(UpsampleBicubic, KeepsAConstantMap) {
  const ResponseMap large = upsample_bicubic({17, std::vector<float>(17 * 17, 3.5F)}, 16);
  ASSERT_EQ(large.side, 272);
  for (const float v : large.values) ASSERT_NEAR(v, 3.5F, 1e-5F);
}

// Values computed by hand from Keys' kernel with a = -0.75: for a factor of 2 the sample at output
// 4 lies a quarter below input 2, i.e. its taps are at distances 1.75, 0.75, 0.25, 1.25.
TEST(UpsampleBicubic, FollowsKeysKernelWithHalfPixelCentres) {
  ResponseMap map{5, std::vector<float>(25, 0.0F)};
  for (int row = 0; row < 5; ++row) map.values[static_cast<std::size_t>(row) * 5 + 2] = 1.0F;
  const ResponseMap large = upsample_bicubic(map, 2);
  const double near = (1.25 * 0.25 - 2.25) * 0.25 * 0.25 + 1;  // kernel at distance 0.25
  EXPECT_NEAR(large.values[5 * 10 + 4], near, 1e-6);
  EXPECT_NEAR(large.values[5 * 10 + 5], near, 1e-6);
}

TEST(Peak, TakesTheFirstOfEqualMaxima) {
  const Peak top = peak({3, {0, 1, 0, 0, 5, 0, 5, 0, 0}});
  EXPECT_EQ(top.row, 1);
  EXPECT_EQ(top.column, 1);
  EXPECT_FLOAT_EQ(top.value, 5.0F);
}

TEST(Sureness, PsrLeavesThePeakOut) {
  ResponseMap map{7, std::vector<float>(49, 0.0F)};
  for (std::size_t i = 0; i < 49; ++i) map.values[i] = i % 2 == 0 ? 1.0F : -1.0F;
  map.values[3 * 7 + 3] = 10.0F;
  // The 24 cells outside the 5x5 neighbourhood: 12 of +1, 12 of -1 -> mean 0, deviation 1.
  EXPECT_NEAR(sureness(map, Sureness::kPsr), 10.0, 1e-9);
  EXPECT_NEAR(sureness(map, Sureness::kPeak), 10.0, 1e-9);
}

TEST(Sureness, ApceIsSquaredRangeOverMeanSquare) {
  const ResponseMap map{2, {0, 1, 2, 4}};
  EXPECT_NEAR(sureness(map, Sureness::kApce), 16.0 / ((1 + 4 + 16) / 4.0), 1e-9);
}

TEST(Sureness, IsZeroForAFlatMap) {
  const ResponseMap map{9, std::vector<float>(81, 2.0F)};
  EXPECT_EQ(sureness(map, Sureness::kPsr), 0);
  EXPECT_EQ(sureness(map, Sureness::kApce), 0);
}

TEST(Confidence, IsOneHalfAtTheCentre) {
  const ResponseMap map{2, {0, 0, 0, 3}};
  EXPECT_NEAR(confidence(map, {Sureness::kPeak, 2.0, 3.0}), 0.5, 1e-12);
  EXPECT_NEAR(confidence(map, {Sureness::kPeak, 2.0, 2.0}), 1 / (1 + std::exp(-2.0)), 1e-12);
}

}  // namespace
}  // namespace siamtrack
