// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include "siamtrack/config.h"

namespace siamtrack::nn {

/// The device that `options` asks for: kAuto takes CUDA when this LibTorch has it and a GPU is
/// there. Throws  Error(kDevice) when CUDA is asked for and cannot be had, saying which of the two
/// is missing
at::Device select_device(const ModelOptions& options);

/// Number of CPU threads that `options` asks for; half the cores, at least 1, when it says 0.
int select_threads(const ModelOptions& options);

/// How many of `targets` go through a network together: on a GPU all. On the CPU one per thread:
/// the patches and maps of more do not stay in a core's cache from the crop to the head. NanoTrack
/// v3's backbone took 1.16 times as long per target for four as for one.
std::size_t targets_per_pass(at::Device device, int threads, std::size_t targets);

/// A tensor [N, C, H, W] in the memory layout that convolutions on its device take as it is:
/// channels last on the CPU (oneDNN), channels first elsewhere (cuDNN's way for float32; where
/// either the input or the kernel is channels last, it lays out the other one again in every call).
at::Tensor in_layout_of_device(const at::Tensor& tensor);

/// Limits the calling thread's OpenMP teams for one scope. OpenMP keeps this number per thread, so
/// other threads of the process are not touched (at::set_num_threads would change them all).
class ThreadLimit {
 public:
  explicit ThreadLimit(int threads);
  ~ThreadLimit();
  ThreadLimit(const ThreadLimit&) = delete;
  ThreadLimit& operator=(const ThreadLimit&) = delete;

 private:
  int before_;
};

}  // namespace siamtrack::nn
