// SPDX-License-Identifier: LGPL-2.1-or-later
// The kernels as a C++ compiler sees them, over the runtime in this folder.
#include "../../../tracker-core/src/image/crop_cuda.cu"
