// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <string>

namespace siamtrack::nn {

/// Named tensors of a network, under the names its blueprint gives them.
using Weights = std::map<std::string, at::Tensor, std::less<>>;

}  // namespace siamtrack::nn
