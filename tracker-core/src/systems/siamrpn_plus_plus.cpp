// SPDX-License-Identifier: LGPL-2.1-or-later
#include "nn/backbones/backbones.h"
#include "siamtrack/error.h"
#include "systems/anchor_system.h"
#include "systems/makers.h"
#include "systems/rpn_networks.h"

namespace siamtrack {
namespace {

constexpr int kLevels = 3;
constexpr int kFirstLevel = 2;  // pysot numbers the levels as ResNet's layers
const std::string kHead = "rpn_head.";

bool is_alexnet(const std::string& backbone) { return backbone.starts_with("alexnet"); }

/// Channels behind the neck, one per level.
std::vector<int> neck_widths(const nlohmann::json& metadata, std::size_t levels) {
  std::vector<int> widths = metadata.value("neck", std::vector<int>(levels, 256));
  if (widths.size() == levels) return widths;
  throw Error(ErrorCode::kModelInvalid, "metadata neck of siamrpn++: expected " +
                                            std::to_string(levels) + " widths, found " +
                                            std::to_string(widths.size()));
}

/// One level without a neck: pysot's siamrpn_alex_dwxcorr.
void add_single_level(nn::RpnNetwork& network, int anchors) {
  network.levels = {nn::depthwise_head(kHead, network.backbone.channels.back(), anchors)};
}

/// Three levels, fused by learned shares or by their mean (sec. 3.3, "layer-wise aggregation").
void add_levels(nn::RpnNetwork& network, const nlohmann::json& metadata, int anchors) {
  const std::vector<int>& all = network.backbone.channels;
  const std::vector<int> channels(all.end() - kLevels, all.end());
  const std::vector<int> widths = neck_widths(metadata, channels.size());
  for (std::size_t i = 0; i < channels.size(); ++i) {
    const std::string number = std::to_string(kFirstLevel + static_cast<int>(i));
    nn::RpnLevel level = nn::depthwise_head(kHead + "rpn" + number + ".", widths[i], anchors);
    level.neck = nn::adjust_layer("neck.downsample" + number, channels[i], widths[i]);
    network.levels.push_back(std::move(level));
  }
  network.crop_template = true;
  if (metadata.value("fusion", std::string("weighted")) == "weighted") network.fusion = kHead;
}

/// pysot's experiments: siamrpn_alex_dwxcorr, siamrpn_r50_l234_dwxcorr, siamrpn_mobilev2.
RpnSystemParameters published(const std::string& backbone) {
  RpnSystemParameters p;
  if (is_alexnet(backbone)) {
    p.instance_size = 287;
    p.decode = {.penalty_k = 0.16, .window_influence = 0.40, .learning_rate = 0.30};
  } else if (backbone == "mobilenetv2") {
    p.decode = {.penalty_k = 0.04, .window_influence = 0.40, .learning_rate = 0.50};
  } else {
    p.decode = {.penalty_k = 0.05, .window_influence = 0.42, .learning_rate = 0.38};
  }
  return p;
}

AnchorSetup make_setup(const nlohmann::json& metadata, HyperParameters& values) {
  return read_setup(metadata, values, published(metadata.at("backbone")),
                    siamrpn_plus_plus_network(metadata), Rounding::kPysot);
}

}  // namespace

nn::RpnNetwork siamrpn_plus_plus_levels(const nlohmann::json& metadata) {
  nn::RpnNetwork network;
  network.backbone = nn::make_backbone(metadata.at("backbone").get<std::string>(), "backbone.");
  add_levels(network, metadata, anchor_count(read_anchors(metadata)));
  return network;
}

nn::RpnNetwork siamrpn_plus_plus_network(const nlohmann::json& metadata) {
  const auto backbone = metadata.at("backbone").get<std::string>();
  const int anchors = anchor_count(read_anchors(metadata));
  nn::RpnNetwork network;
  network.backbone =
      nn::make_backbone(backbone, backbone == "alexnet-rpn" ? "backbone.features." : "backbone.");
  if (network.backbone.channels.size() == 1) {
    add_single_level(network, anchors);
  } else {
    add_levels(network, metadata, anchors);
  }
  return network;
}

std::unique_ptr<const System> make_siamrpn_plus_plus(const nlohmann::json& metadata,
                                                     nn::Weights weights, HyperParameters values) {
  AnchorSetup setup = make_setup(metadata, values);
  values.reject_unknown();
  return std::make_unique<AnchorSystem>(std::move(setup), std::move(weights));
}

NetworkFigures siamrpn_plus_plus_figures(const nlohmann::json& metadata, HyperParameters values) {
  return anchor_figures(make_setup(metadata, values));
}

}  // namespace siamtrack
