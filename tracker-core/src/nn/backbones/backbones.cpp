// SPDX-License-Identifier: LGPL-2.1-or-later
#include "nn/backbones/backbones.h"

#include <iterator>

#include "siamtrack/error.h"

namespace siamtrack::nn {
namespace {

struct Known {
  const char* name;
  Backbone (*make)(const std::string& prefix);
};

constexpr int kHalfStem = 32;

/// In the order of SiamDW's table 3, ours after the one they come from.
constexpr Known kKnown[] = {
    {"alexnet", alexnet_siamfc},
    {"alexnet-v2", alexnet_siamfc_v2},
    {"alexnet-v3", alexnet_siamfc_v3},
    {"ciresnet16",
     [](const std::string& p) {
       return ciresnet({"ciresnet16", 64, 1, 1}, p);
     }},
    {"ciresnet16h",
     [](const std::string& p) {
       return ciresnet({"ciresnet16h", kHalfStem, 1, 1}, p);
     }},
    {"ciresnet19",
     [](const std::string& p) {
       return ciresnet({"ciresnet19", 64, 2, 1}, p);
     }},
    {"ciresnet19h",
     [](const std::string& p) {
       return ciresnet({"ciresnet19h", kHalfStem, 2, 1}, p);
     }},
    {"ciresnet22",
     [](const std::string& p) {
       return ciresnet({"ciresnet22", 64, 3, 1}, p);
     }},
    {"ciresnet22h",
     [](const std::string& p) {
       return ciresnet({"ciresnet22h", kHalfStem, 3, 1}, p);
     }},
    {"ciresnet22w",
     [](const std::string& p) {
       return ciresnet({"ciresnet22w", 64, 3, 2}, p);
     }},
    {"ciresinception22", ciresinception22},
    {"ciresnext22", ciresnext22},
    {"ciresnet43", ciresnet43},
    {"alexnet-rpn",
     [](const std::string& p) {
       return alexnet_rpn({"alexnet-rpn", 1, false}, p);
     }},
    {"alexnet-rpn-big",
     [](const std::string& p) {
       return alexnet_rpn({"alexnet-rpn-big", 2, false}, p);
     }},
    {"alexnet-rpn-layers",
     [](const std::string& p) {
       return alexnet_rpn({"alexnet-rpn-layers", 1, true}, p);
     }},
    {"resnet50", resnet50_rpn},
    {"resnet50-layer3", resnet50_siammask},
    {"resnet50-all", resnet50_siammask_plus_plus},
    {"resnet50-layer3-torchvision", resnet50_siammargin},
    {"mobilenetv2", mobilenet_v2_rpn},
    {"mobilenetv3-v1", [](const std::string& p) { return mobilenet_v3_nanotrack(1, p); }},
    {"mobilenetv3-v2", [](const std::string& p) { return mobilenet_v3_nanotrack(2, p); }},
    {"mobilenetv3-v3", [](const std::string& p) { return mobilenet_v3_nanotrack(3, p); }},
};

}  // namespace

Backbone make_backbone(std::string_view name, const std::string& prefix, double width) {
  constexpr std::string_view kScalable = "mobilenetv3-v";
  if (width != 1 && name.starts_with(kScalable) && name.size() == kScalable.size() + 1) {
    return mobilenet_v3_nanotrack(name.back() - '0', prefix, width);
  }
  if (width != 1) {
    throw Error(ErrorCode::kModelInvalid,
                "width of backbone " + std::string(name) + ": expected 1, found another");
  }
  std::string known;
  for (const Known& entry : kKnown) {
    if (name == entry.name) return entry.make(prefix);
    known += (known.empty() ? "" : ", ") + std::string(entry.name);
  }
  throw Error(ErrorCode::kModelInvalid,
              "backbone: expected one of " + known + "; found \"" + std::string(name) + "\"");
}

std::vector<std::string> backbone_names() {
  std::vector<std::string> names;
  for (const Known& entry : kKnown) names.emplace_back(entry.name);
  return names;
}

}  // namespace siamtrack::nn
