// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "nn/blueprint.h"

/// Blueprints of the published feature extractors. `prefix` stands before every key and ends with
/// a dot ("features.features." in SiamDW's checkpoints) or is empty.
namespace siamtrack::nn {

/// SiamFC AlexNet with batch normalisation, no padding, total stride 8, two groups
/// (Bertinetto et al. 2016, table 1). Keys as siamfc-pytorch AlexNetV1.
Backbone alexnet_siamfc(const std::string& prefix);

/// AlexNetV2 of siamfc-pytorch: total stride 4 and 32 channels, 127 -> 17, 255 -> 49.
Backbone alexnet_siamfc_v2(const std::string& prefix);

/// AlexNetV3 of siamfc-pytorch: twice as wide, without groups, normalised behind the last
/// convolution too.
Backbone alexnet_siamfc_v3(const std::string& prefix);

/// Number of CIR units and widths of a cropping-inside residual network
/// (SiamDW, Zhang & Peng 2019, table 3).
struct CirResNet {
  std::string name;
  int stem = 64;           ///< channels of the 7x7/2 stem
  int first_units = 3;     ///< CIR units of stage 1; stage 2 always has 4
  int inner_widening = 1;  ///< output channels of the 3x3 convolutions / their input channels
};

/// CIResNet-16, -19, -22, -22W and narrower ones of the same shape: stage widths are
/// stem -> 4 stem, 2 stem -> 8 stem.
Backbone ciresnet(const CirResNet& shape, const std::string& prefix);

/// CIResNet-43 (no public code; SiamDW table 3): stride 4, 14 CIR units 64 -> 256.
Backbone ciresnet43(const std::string& prefix);

/// CIResInception-22 (SiamDW, sec. 4.2 "CIR-Inception").
Backbone ciresinception22(const std::string& prefix);

/// CIResNeXt-22 (SiamDW, sec. 4.2 "CIR-NeXt"), cardinality 32.
Backbone ciresnext22(const std::string& prefix);

/// Feature extractor of NanoTrack (HonglinChu/NanoTrack): a thin MobileNetV3-small (Howard et al.
/// 2019, table 2) of stride 16 with padding: 127 -> 8, 255 -> 16. Names "mobilenetv3-v1", "-v2"
/// (the same network, 48 channels) and "-v3" (one more block, 96 channels).
/// @param version  1, 2 or 3
/// @param width    scales every channel count (Howard et al. 2017, sec. 3.3), in steps of 8; 1: as
///                 published
Backbone mobilenet_v3_nanotrack(int version, const std::string& prefix, double width = 1);

/// `channels` times `width`, rounded to a multiple of 8 of at least 8.
int scaled_channels(int channels, double width);

/// AlexNet without groups, two widths, three naming schemes.
struct AlexNetRpn {
  std::string name;
  int widening = 1;  ///< channels / AlexNet's: 2 = DaSiamRPN's "BIG"
  bool layer_names =
      false;  ///< pysot's keys "layer1.0"; else DaSiamRPN's "0", "4", "8", "11", "14"
};

/// Feature extractor of SiamRPN, DaSiamRPN and SiamRPN++ "alex" (Li et al. 2018, sec. 3.1): 127 ->
/// 6, 271 -> 24, 287 -> 26. Names "alexnet-rpn", "alexnet-rpn-big" and "alexnet-rpn-layers".
Backbone alexnet_rpn(const AlexNetRpn& shape, const std::string& prefix);

/// ResNet-50 of SiamRPN++ (Li et al. 2019, sec. 3.3): stride 8, dilated, 3x3 shortcuts from layer 2
/// on; features of layers 2, 3, 4 with 512, 1024, 2048 channels, 127 -> 15, 255 -> 31.
Backbone resnet50_rpn(const std::string& prefix);

/// ResNet-50 of SiamMask (Wang et al. 2019, sec. 4.1): resnet50_rpn() up to layer 3, with the
/// features of every resolution: stem and layers 1, 2, 3 with 64, 256, 512, 1024 channels, 127 ->
/// 61, 31, 15, 15 and 255 -> 125, 63, 31, 31. Name "resnet50-layer3".
Backbone resnet50_siammask(const std::string& prefix);

/// ResNet-50 of SiamMask++: resnet50_rpn() with the features of every resolution and level. Name
/// "resnet50-all".
Backbone resnet50_siammask_plus_plus(const std::string& prefix);

/// ResNet-50 of SiamMargin up to layer 3: torchvision's 1x1 shortcuts and paddings, but none in the
/// stem and its pooling; stride 8, layer 3 dilated; 1024 channels, 127 -> 15, 255 -> 31, 351 -> 43.
/// Name "resnet50-layer3-torchvision".
Backbone resnet50_siammargin(const std::string& prefix);

/// MobileNetV2 of SiamRPN++ (pysot "mobilev2"), width 1.4: stride 8, dilated; features of layers 3,
/// 5, 7 with 44, 134, 448 channels, 127 -> 15, 255 -> 31.
Backbone mobilenet_v2_rpn(const std::string& prefix);

/// The backbone with this name: "alexnet", "ciresnet16", "ciresnet19", "ciresnet22",
/// "ciresnet22w", "ciresnet22h" (half width), "ciresnet43", "ciresinception22", "ciresnext22", ...
/// @param width  other than 1 for NanoTrack's only
/// Throws  Error(kModelInvalid) that lists the known names
Backbone make_backbone(std::string_view name, const std::string& prefix, double width = 1);

/// All names make_backbone() knows, in the order of SiamDW's table.
std::vector<std::string> backbone_names();

}  // namespace siamtrack::nn
