// SPDX-License-Identifier: LGPL-2.1-or-later
#include "image/crop_cuda.h"
#include "siamtrack/error.h"

namespace siamtrack::cuda {
namespace {

[[noreturn]] void explain() {
  throw Error(ErrorCode::kDevice, "this build has no CUDA kernels (configure with -Dcuda=enabled)");
}

}  // namespace

void crop(const FrameView&, const SubWindow&, const Colour&, int, ChannelOrder,
          const DevicePatch&) {
  explain();
}

Colour mean_colour(const FrameView&, void*) { explain(); }

}  // namespace siamtrack::cuda
