// SPDX-License-Identifier: LGPL-2.1-or-later
#include "systems/configurations.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "nn/backbones/backbones.h"
#include "systems/network_figures.h"
#include "track/stage_times.h"

namespace siamtrack {
namespace {

NetworkFigures figures_of(const std::string& name) {
  for (const Configuration& one : configurations()) {
    if (one.name == name) return network_figures(one.metadata);
  }
  ADD_FAILURE() << "no configuration " << name;
  return {};
}

/// Multiplications of a convolution: cells * out * in per group * kernel.
std::int64_t conv(std::int64_t side, std::int64_t out, std::int64_t in, std::int64_t kernel) {
  return side * side * out * in * kernel * kernel;
}

TEST(Configurations, NamesAreUniqueAndEveryBackboneHasItsYardstick) {
  std::set<std::string> names;
  for (const Configuration& one : configurations()) {
    EXPECT_TRUE(names.insert(one.name).second) << one.name;
    const std::string backbone = one.metadata.at("backbone");
    EXPECT_TRUE(names.contains("siamfc+/" + backbone) || one.name == "siamfc/alexnet") << one.name;
  }
  for (const std::string& backbone : nn::backbone_names()) {
    EXPECT_TRUE(names.contains("siamfc+/" + backbone)) << backbone;
  }
}

TEST(Configurations, HaveThePublishedNumbersOfParameters) {
  const std::map<std::string, std::int64_t> published{{"siamfc+/ciresnet22", 1444928},
                                                      {"siamfc+/ciresnet22w", 2458048},
                                                      {"siamrpn/alexnet-rpn", 22632932},
                                                      {"dasiamrpn/alexnet-rpn-big", 90436132},
                                                      {"siamrpn+/ciresnet22", 33302756},
                                                      {"siamrpn+/ciresnet22/thicker", 76959204},
                                                      {"siamrpn++/alexnet-rpn", 6251102},
                                                      {"siamrpn++/resnet50", 53950624},
                                                      {"siamrpn++/resnet50/long-term", 60018336},
                                                      {"siamrpn++/mobilenetv2", 11150446}};
  for (const auto& [name, parameters] : published) {
    EXPECT_EQ(nn::parameter_count(figures_of(name).tensors), parameters) << name;
  }
}

TEST(Configurations, TheLongTermTrackerSearchesALargePatchForALostTarget) {
  for (const Configuration& one : configurations()) {
    if (!one.name.ends_with("/long-term")) continue;
    EXPECT_EQ(one.metadata.at("hyper_parameters").at("lost_instance_size"), 831);
    EXPECT_EQ(one.metadata.at("hyper_parameters").at("learning_rate"), 0.22);
    return;
  }
  FAIL() << "no such configuration";
}

TEST(Configurations, SiamFcMultipliesAtThreeScales) {
  const std::int64_t alexnet = conv(123, 96, 3, 11) + conv(57, 256, 48, 5) + conv(26, 384, 256, 3) +
                               conv(24, 384, 192, 3) + conv(22, 256, 192, 3);
  EXPECT_EQ(figures_of("siamfc/alexnet").macs, 3 * (alexnet + conv(17, 1, 256, 6)));
}

TEST(Configurations, SiamRpnPlusPlusMultipliesOnceForEachBranch) {
  const std::int64_t alexnet = conv(139, 96, 3, 11) + conv(65, 256, 96, 5) + conv(30, 384, 256, 3) +
                               conv(28, 384, 384, 3) + conv(26, 256, 384, 3);
  const std::int64_t branch = conv(24, 256, 256, 3) + conv(21, 256, 1, 4) + conv(21, 256, 256, 1);
  EXPECT_EQ(figures_of("siamrpn++/alexnet-rpn").macs,
            alexnet + 2 * branch + conv(21, 10 + 20, 256, 1));
  EXPECT_EQ(figures_of("siamrpn++/alexnet-rpn").instance_size, 287);
}

TEST(Configurations, NanoTrackV1CorrelatesOnce) {
  const std::int64_t backbone = nn::macs(nn::make_backbone("mobilenetv3-v1", ""), 255);
  const std::int64_t cls = conv(16, 64, 1, 5) + conv(16, 128, 64, 1) + conv(16, 128, 1, 5) +
                           conv(16, 128, 128, 1) + conv(16, 128, 1, 3) + conv(16, 128, 128, 1) +
                           conv(16, 2, 128, 1);
  const std::int64_t box = conv(16, 64, 1, 3) + conv(16, 96, 64, 1) + conv(16, 96, 1, 3) +
                           2 * conv(16, 96, 1, 5) + 3 * conv(16, 96, 96, 1) + conv(16, 4, 96, 1);
  const std::int64_t attention = 2 * 64 * 64;
  EXPECT_EQ(figures_of("nanotrack/mobilenetv3-v1").macs,
            backbone + conv(16, 64, 48, 1) + attention + cls + box);
}

TEST(TimeForward, MeasuresEverySizeOfBatch) {
  const std::vector<int> targets{1, 3};
  for (const char* version : {"v1", "v3"}) {
    const auto times = time_forward({{"architecture", "nanotrack"}, {"version", version}},
                                    {.device = Device::kCpu, .num_threads = 1}, targets, 2);
    ASSERT_EQ(times.size(), targets.size());
    for (const StageTime& time : times) {
      EXPECT_GT(time.least, 0);
      EXPECT_GE(time.median, time.least);
    }
  }
}

}  // namespace
}  // namespace siamtrack
