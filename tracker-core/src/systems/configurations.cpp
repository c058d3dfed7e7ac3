// SPDX-License-Identifier: LGPL-2.1-or-later
#include "systems/configurations.h"

#include "nn/backbones/backbones.h"

namespace siamtrack {
namespace {

using nlohmann::json;

Configuration make(const std::string& architecture, const std::string& backbone,
                   const json& more = json::object(), const std::string& variant = "") {
  Configuration made{architecture + "/" + backbone + variant,
                     {{"architecture", architecture}, {"backbone", backbone}}};
  made.metadata.update(more);
  return made;
}

bool is_siamdw(const std::string& backbone) { return backbone.starts_with("cir"); }

/// pysot's siamrpn_r50_l234_dwxcorr_lt. Its thresholds of the raw score, lost below .80 and found
/// from .998, are the track's (TrackConfig), whose defaults are for calibrated scores.
json long_term() {
  return {{"neck", {128, 256, 512}},
          {"hyper_parameters",
           {{"penalty_k", 0.05},
            {"window_influence", 0.28},
            {"learning_rate", 0.22},
            {"lost_instance_size", 831},
            {"lost_window_influence", 0.001}}}};
}

}  // namespace

std::vector<Configuration> configurations() {
  std::vector<Configuration> all = {make("siamfc", "alexnet")};
  const std::vector<std::string> backbones = nn::backbone_names();
  for (const std::string& backbone : backbones) all.push_back(make("siamfc+", backbone));
  for (const char* backbone : {"alexnet-rpn", "alexnet-rpn-big"}) {
    all.push_back(make("siamrpn", backbone));
    all.push_back(make("dasiamrpn", backbone));
  }
  for (const std::string& backbone : backbones) {
    if (is_siamdw(backbone)) all.push_back(make("siamrpn+", backbone));
  }
  all.push_back(make("siamrpn+", "ciresnet22", {{"head", "thicker"}}, "/thicker"));
  for (const char* backbone : {"alexnet-rpn", "resnet50"}) {
    all.push_back(make("siamrpn++", backbone));
  }
  all.push_back(make("siamrpn++", "mobilenetv2", {{"fusion", "mean"}}));
  all.push_back(make("siamrpn++", "resnet50", long_term(), "/long-term"));
  all.push_back(make("siammask", "resnet50-layer3"));
  all.push_back(make("siammask++", "resnet50-all"));
  all.push_back(make("siammargin", "resnet50-layer3-torchvision"));
  for (const std::string version : {"v1", "v2", "v3"}) {
    all.push_back(make("nanotrack", "mobilenetv3-" + version, {{"version", version}}));
  }
  return all;
}

}  // namespace siamtrack
