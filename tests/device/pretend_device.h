// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <ATen/core/Tensor.h>

/// A device for tests that behaves as a GPU does, on machines that have none: it is LibTorch's
/// PrivateUse1, computes with the CPU's kernels, and
///   - its memory cannot be read or written by the host: whoever takes a tensor's data pointer and
///     follows it crashes;
///   - an operation on some of its tensors and some of the CPU's is an error that names the
///     operation, but for copies, indices and numbers without dimensions, as on CUDA;
///   - values that are fetched for the host are counted, since each would stall a GPU, and so are
///     copies to it while it has convolutions to do, for which the host would wait.
/// Everything is registered when the test program starts.
namespace siamtrack::testing {

inline const at::Device kPretendDevice(at::DeviceType::PrivateUse1, 0);

/// How often the host has waited for a value of the device: item() and copies to the CPU.
long fetched_values();

/// How many copies to the device began after a convolution was queued there and before a value was
/// fetched, which waits for all that is queued.
long late_uploads();

}  // namespace siamtrack::testing
