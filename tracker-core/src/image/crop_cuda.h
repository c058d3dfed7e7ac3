// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include "geometry/search_region.h"
#include "image/crop.h"
#include "siamtrack/frame_view.h"

/// The same operators as image/crop.h for frames in CUDA memory. A build without CUDA has a stub
/// behind this header.
namespace siamtrack::cuda {

/// Where a patch is made.
struct DevicePatch {
  float* pixels = nullptr;  ///< [side, side, 3] floats in memory of the frame's device
  void* stream = nullptr;   ///< cudaStream_t that makes it; null = the default stream
};

/// siamtrack::crop() for a frame on the device, in one kernel.
///
/// @param frame  memory is kCuda; its planes are device pointers of `frame.device`. The work waits
///               for what `frame.stream` has been given so far, and the pixels must stay valid
///               until it is done
///
/// Requires  side > 0, window.size > 0
/// Ensures   the same grey levels as siamtrack::crop()
/// Throws    Error(kDevice) without CUDA in the build or machine, or when the launch fails;
///           Error(kUnsupportedInput) as siamtrack::crop(), and for host memory
void crop(const FrameView& frame, const SubWindow& window, const Colour& border, int side,
          ChannelOrder order, const DevicePatch& out);

/// siamtrack::mean_colour() for a frame on the device; waits for `stream`.
/// Throws  as crop(), and Error(kOutOfMemory)
Colour mean_colour(const FrameView& frame, void* stream);

}  // namespace siamtrack::cuda
