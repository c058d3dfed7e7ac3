// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include <cmath>

#include "open_system.h"
#include "systems/rpn_networks.h"
#include "track/update_state.h"

/// What region proposal trackers run with when their model file sets nothing, beside the published
/// numbers.
namespace siamtrack {
namespace {

using testing::metadata_of;
using testing::parameters_of;
using testing::setup_of;
using testing::system_of;

constexpr Size kFrame{1000, 1000};

/// A square target of so many px^2 in the middle of the frame.
TrackState target_of(double area) {
  const double side = std::sqrt(area);
  return initial_state(Box::from_centre(500, 500, side, side), {});
}

struct Published {
  std::string name;
  double penalty_k, window, rate;
  int instance;
  Rounding rounding;
  int small = 0;  ///< patch of targets under .004 of the frame; 0: as all others
  int lost = 0;   ///< patch of a lost target in its first frame; 0: as all others
};

constexpr Rounding kPython2 = Rounding::kAwayFromZero, kPython3 = Rounding::kHalfEven;
constexpr Rounding kPysot = Rounding::kPysot;
constexpr int kFirstStep = 271 + 64;  // DaSiamRPN's wider search; the step is ours

const std::vector<Published>& published() {
  static const std::vector<Published> table = {
      // DaSiamRPN code/run_SiamRPN.py: "vot" and "BIG"
      {"siamrpn/alexnet-rpn", .04, .44, .45, 271, kPython2},
      {"siamrpn/alexnet-rpn-big", .055, .42, .295, 271, kPython2, 287},
      {"dasiamrpn/alexnet-rpn", .04, .44, .45, 271, kPython2, 0, kFirstStep},
      {"dasiamrpn/alexnet-rpn-big", .055, .42, .295, 271, kPython2, 287, kFirstStep},
      // SiamDW lib/tracker/siamrpn.py
      {"siamrpn+/ciresnet22", .055, .42, .295, 255, kPython2},
      {"siamrpn+/ciresnet22/thicker", .055, .42, .295, 255, kPython2},
      {"siamrpn+/ciresnet16", .055, .42, .295, 255, kPython2},
      {"siamrpn+/ciresinception22", .055, .42, .295, 255, kPython2},
      {"siamrpn+/ciresnext22", .055, .42, .295, 255, kPython2},
      // pysot experiments/*/config.yaml
      {"siamrpn++/alexnet-rpn", .16, .40, .30, 287, kPysot},
      {"siamrpn++/resnet50", .05, .42, .38, 255, kPysot},
      {"siamrpn++/mobilenetv2", .04, .40, .50, 255, kPysot},
      {"siamrpn++/resnet50/long-term", .05, .28, .22, 255, kPysot, 0, 831},
      // SiamMask config_vot18.json; SiamMask++ has none, so that of VOT2016
      {"siammask/resnet50-layer3", .10, .41, .32, 255, kPython3},
      {"siammask++/resnet50-all", .04, .42, .25, 255, kPython3},
      // SiamMargin's VOT2019-RT tracker
      {"siammargin/resnet50-layer3-torchvision", .04, .38, .28, 255, kPython3, 351},
      // HonglinChu/NanoTrack config.py
      {"nanotrack/mobilenetv3-v1", .148, .462, .390, 255, kPysot},
      {"nanotrack/mobilenetv3-v2", .150, .490, .385, 255, kPysot},
      {"nanotrack/mobilenetv3-v3", .138, .455, .348, 255, kPysot},
  };
  return table;
}

void expect_anchors(const std::string& name, const AnchorSetup& setup) {
  EXPECT_EQ(setup.anchors.stride, 8);
  EXPECT_EQ(setup.anchors.ratios, (std::vector<double>{.33, .5, 1, 2, 3}));
  EXPECT_EQ(setup.anchors.scales, std::vector<double>{8});
  EXPECT_EQ(setup.calibration.slope, 1) << "the probability itself is told";
  EXPECT_EQ(setup.calibration.centre, 0);
  const bool thinner = name.starts_with("siamrpn+/") && !name.ends_with("/thicker");
  EXPECT_EQ(setup.score_kind, thinner ? ScoreKind::kSigmoid : ScoreKind::kSoftmax);
}

void expect_patches(const Published& row, const System& system) {
  const int small = row.small > 0 ? row.small : row.instance;
  EXPECT_EQ(system.plan(target_of(3900), kFrame).patch_side, small);
  EXPECT_EQ(system.plan(target_of(4100), kFrame).patch_side, row.instance);
  TrackState lost = target_of(4100);
  lost.status = TrackStatus::kLost;
  const int wide = row.lost > 0 ? row.lost : row.instance;
  EXPECT_EQ(system.plan(lost, kFrame).patch_side, wide);
}

TEST(PublishedSettings, OfEveryRegionProposalTracker) {
  for (const Published& row : published()) {
    SCOPED_TRACE(row.name);
    const auto system = system_of(row.name);
    const RpnSystemParameters& p = parameters_of(*system);
    EXPECT_DOUBLE_EQ(p.decode.penalty_k, row.penalty_k);
    EXPECT_DOUBLE_EQ(p.decode.window_influence, row.window);
    EXPECT_DOUBLE_EQ(p.decode.learning_rate, row.rate);
    EXPECT_EQ(system->exemplar_size(), 127);
    EXPECT_EQ(system->instance_size(), row.instance);
    EXPECT_EQ(system->rounding(), row.rounding);
    EXPECT_EQ(system->channel_order(), ChannelOrder::kBgr);
    EXPECT_EQ(system->looks(), 1);
    EXPECT_EQ(system->keep_tightness(), 0);
    EXPECT_FALSE(p.exact_windows);
    expect_patches(row, *system);
    if (!row.name.starts_with("nanotrack")) expect_anchors(row.name, setup_of(*system));
  }
}

TEST(PublishedSettings, PysotsDefaults) {
  const RpnSystemParameters p;
  EXPECT_EQ(p.decode.penalty_k, .04);
  EXPECT_EQ(p.decode.window_influence, .44);
  EXPECT_EQ(p.decode.learning_rate, .40);
  EXPECT_EQ(p.instance_size, 255);
  EXPECT_EQ(p.exemplar_size, 127);
}

/// Cells of the response to a patch, by the network's last level.
int response_side(const nn::RpnNetwork& network, int patch) {
  const nn::RpnLevel& level = network.levels.back();
  const auto cells = [&](int side) {
    return nn::output_size(level.neck, nn::output_size(network.backbone, side));
  };
  const int z = network.crop_template ? nn::kTemplateCells : cells(127);
  const int kernel = nn::output_size(level.classification.kernel, z);
  return nn::output_size(level.classification.search, cells(patch)) - kernel + 1;
}

TEST(PublishedSettings, ResponsesHaveAsManyCells) {
  const auto base_of = [](const std::string& name) {  // pysot TRACK.BASE_SIZE
    const bool padded =
        name.find("resnet50") != std::string::npos || name.find("mobilenetv2") != std::string::npos;
    return padded ? 8 : 0;
  };
  for (const Published& row : published()) {
    if (row.name.starts_with("nanotrack")) continue;
    const nn::RpnNetwork network = make_rpn_network(metadata_of(row.name));
    for (const int patch : {255, 271, 287, 351, 831}) {
      const int cells = (patch - 127) / 8 + 1 + base_of(row.name);
      EXPECT_EQ(response_side(network, patch), cells) << row.name << " " << patch;
    }
  }
  const nn::RpnNetwork padded = make_rpn_network(metadata_of("siamrpn++/resnet50"));
  EXPECT_EQ(response_side(padded, 255), 25);
  EXPECT_EQ(response_side(padded, 351), 37);
  EXPECT_EQ(response_side(padded, 831), 97);
}

}  // namespace
}  // namespace siamtrack
