// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>

#include "siamtrack/model.h"
#include "systems/system.h"

namespace siamtrack {

struct Model::Impl {
  ModelInfo info;
  at::Device device = at::Device(at::kCPU);
  int threads = 1;
  std::unique_ptr<const System> system;
};

}  // namespace siamtrack
