// SPDX-License-Identifier: LGPL-2.1-or-later
#include "nn/backbones/backbones.h"
#include "systems/anchor_system.h"
#include "systems/distractors.h"
#include "systems/makers.h"
#include "systems/rpn_networks.h"

namespace siamtrack {
namespace {

constexpr const char* kBig = "alexnet-rpn-big";

/// DaSiamRPN's published test settings: code/net.py and run_SiamRPN.py.
RpnSystemParameters published(const std::string& backbone) {
  RpnSystemParameters parameters;
  parameters.instance_size = 271;
  parameters.decode = {.penalty_k = 0.04, .window_influence = 0.44, .learning_rate = 0.45};
  if (backbone == kBig) {
    parameters.small_instance_size = 287;
    parameters.decode = {.penalty_k = 0.055, .window_influence = 0.42, .learning_rate = 0.295};
  }
  return parameters;
}

AnchorSetup make_setup(const nlohmann::json& metadata, HyperParameters& values,
                       const RpnSystemParameters& defaults) {
  return read_setup(metadata, values, defaults, siamrpn_network(metadata),
                    Rounding::kAwayFromZero);  // Python 2
}

}  // namespace

nn::RpnNetwork siamrpn_network(const nlohmann::json& metadata) {
  nn::RpnNetwork network;
  network.backbone =
      nn::make_backbone(metadata.at("backbone").get<std::string>(), "featureExtract.");
  network.correlation = nn::Correlation::kUpChannel;
  const int anchors = anchor_count(read_anchors(metadata));
  const int channels = network.backbone.channels.back();
  const nn::UpChannelNames names{"conv_cls1", "conv_r1", "conv_cls2", "conv_r2", "regress_adjust"};
  network.levels = {nn::up_channel_head(names, channels, channels, anchors, 2 * anchors)};
  return network;
}

std::unique_ptr<const System> make_siamrpn(const nlohmann::json& metadata, nn::Weights weights,
                                           HyperParameters values) {
  AnchorSetup setup = make_setup(metadata, values, published(metadata.at("backbone")));
  values.reject_unknown();
  return std::make_unique<AnchorSystem>(std::move(setup), std::move(weights));
}

NetworkFigures siamrpn_figures(const nlohmann::json& metadata, HyperParameters values) {
  return anchor_figures(make_setup(metadata, values, published(metadata.at("backbone"))));
}

std::unique_ptr<const System> make_dasiamrpn(const nlohmann::json& metadata, nn::Weights weights,
                                             HyperParameters values) {
  RpnSystemParameters defaults = published(metadata.at("backbone"));
  // Local-to-global search: the paper gives the idea (sec. 3.5); sizes are pysot's largest and a
  // step of eight response cells.
  defaults.lost_instance_size = 831;
  defaults.lost_instance_step = 64;
  AnchorSetup setup = make_setup(metadata, values, defaults);
  const DistractorParameters distractors = read_distractor_parameters(values);
  values.reject_unknown();
  return make_distractor_aware(std::move(setup), std::move(weights), distractors);
}

}  // namespace siamtrack
