// SPDX-License-Identifier: LGPL-2.1-or-later
#include "nn/cpu_kernels.h"

namespace siamtrack::nn {

std::shared_ptr<CpuKernels> make_cpu_kernels() { return nullptr; }

}  // namespace siamtrack::nn
