// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <string>

namespace siamtrack::tools {

/// The architecture table of SiamDW (Zhang & Peng 2019, table 3) for every backbone we know, read
/// off the networks as they are built here: stride, receptive field, side of the exemplar's and the
/// search patch's features, channels, parameters, multiplications of one 255 px patch as published
/// and as run.
std::string backbone_table();

/// Every published tracker on each of its backbones (systems/configurations.h): sides of its
/// patches, parameters, multiplications of one update as run.
std::string system_table();

/// What a model file holds: architecture, backbone with the figures above, hyper-parameters,
/// presets, training, licence.
///
/// @param name_or_path  as Model::load() takes it
/// Throws  Error when the file cannot be loaded as a model
std::string model_report(const std::string& name_or_path);

}  // namespace siamtrack::tools
