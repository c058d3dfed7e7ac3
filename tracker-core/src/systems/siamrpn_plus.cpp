// SPDX-License-Identifier: LGPL-2.1-or-later
#include "nn/backbones/backbones.h"
#include "siamtrack/error.h"
#include "systems/anchor_system.h"
#include "systems/makers.h"
#include "systems/rpn_networks.h"

namespace siamtrack {
namespace {

/// The two heads of SiamDW's code.
struct Head {
  int width;  ///< channels of the correlated features
  bool softmax;
};

Head read_head(const nlohmann::json& metadata) {
  const std::string name = metadata.value("head", std::string("thinner"));
  if (name == "thinner") return {256, false};
  if (name == "thicker") return {512, true};
  throw Error(ErrorCode::kModelInvalid,
              "metadata head of siamrpn+: expected thinner or thicker, found " + name);
}

AnchorSetup make_setup(const nlohmann::json& metadata, HyperParameters& values) {
  RpnSystemParameters defaults;  // siamrpn.py of SiamDW
  defaults.decode = {.penalty_k = 0.055, .window_influence = 0.42, .learning_rate = 0.295};
  AnchorSetup setup = read_setup(metadata, values, defaults, siamrpn_plus_network(metadata),
                                 Rounding::kAwayFromZero);
  setup.score_kind = read_head(metadata).softmax ? ScoreKind::kSoftmax : ScoreKind::kSigmoid;
  return setup;
}

}  // namespace

nn::RpnNetwork siamrpn_plus_network(const nlohmann::json& metadata) {
  const Head head = read_head(metadata);
  nn::RpnNetwork network;
  network.backbone =
      nn::make_backbone(metadata.at("backbone").get<std::string>(), "features.features.");
  network.correlation = nn::Correlation::kUpChannel;
  const std::string prefix = "connect_model.";
  const nn::UpChannelNames names{prefix + "template_cls", prefix + "template_reg",
                                 prefix + "search_cls", prefix + "search_reg", prefix + "adjust"};
  const int anchors = anchor_count(read_anchors(metadata));
  const int classes = head.softmax ? 2 * anchors : anchors;
  network.levels = {
      nn::up_channel_head(names, network.backbone.channels.back(), head.width, anchors, classes)};
  return network;
}

std::unique_ptr<const System> make_siamrpn_plus(const nlohmann::json& metadata, nn::Weights weights,
                                                HyperParameters values) {
  AnchorSetup setup = make_setup(metadata, values);
  values.reject_unknown();
  return std::make_unique<AnchorSystem>(std::move(setup), std::move(weights));
}

NetworkFigures siamrpn_plus_figures(const nlohmann::json& metadata, HyperParameters values) {
  return anchor_figures(make_setup(metadata, values));
}

}  // namespace siamtrack
