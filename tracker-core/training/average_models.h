// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <string>
#include <vector>

#include "nn/safetensors.h"

namespace siamtrack::training {

struct NamedModel {
  std::string name;  ///< stands for the model in errors
  nn::ModelFile file;
};

/// One model whose weights are the mean of several ("model soup", Wortsman et al. 2022, sec. 2): of
/// runs that went on from the same weights it tracks better than each, at the cost of one. Running
/// statistics are averaged too. Everything else is the first model's; metadata["training"] becomes
/// {"mean_of": what each says of its training}.
/// @param models  of one network, at least two
/// Throws  Error(kInvalidArgument) naming a model, a tensor or a shape that differs from the
/// first's
nn::ModelFile average_models(const std::vector<NamedModel>& models);

}  // namespace siamtrack::training
