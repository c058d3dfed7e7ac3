// SPDX-License-Identifier: LGPL-2.1-or-later
#include "nn/device.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <omp.h>

#include <algorithm>
#include <thread>

#include "siamtrack/error.h"

namespace siamtrack::nn {
namespace {

/// Why CUDA cannot be used; empty when it can.
std::string missing_cuda() {
  const at::CUDAHooksInterface& cuda = at::detail::getCUDAHooks();
  if (!cuda.hasCUDART()) return "this LibTorch has no CUDA support";
  if (cuda.getNumGPUs() < 1) return "no CUDA device found";
  return "";
}

}  // namespace

at::Device select_device(const ModelOptions& options) {
  if (options.device == Device::kCpu) return at::Device(at::kCPU);
  const std::string missing = missing_cuda();
  if (!missing.empty()) {
    if (options.device == Device::kAuto) return at::Device(at::kCPU);
    throw Error(ErrorCode::kDevice,
                "device=cuda: expected a usable CUDA device, found none: " + missing);
  }
  const int count = at::detail::getCUDAHooks().getNumGPUs();
  const int ordinal = std::max(options.device_id, 0);
  if (ordinal >= count) {
    throw Error(ErrorCode::kDevice, "device-id: expected less than " + std::to_string(count) +
                                        " (the number of CUDA devices), found " +
                                        std::to_string(ordinal));
  }
  return at::Device(at::kCUDA, static_cast<at::DeviceIndex>(ordinal));
}

int select_threads(const ModelOptions& options) {
  if (options.num_threads > 0) return options.num_threads;
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()) / 2);
}

std::size_t targets_per_pass(at::Device device, int threads, std::size_t targets) {
  if (!device.is_cpu()) return targets;
  return std::min(targets, static_cast<std::size_t>(std::max(1, threads)));
}

at::Tensor in_layout_of_device(const at::Tensor& tensor) {
  return tensor.contiguous(tensor.is_cpu() ? at::MemoryFormat::ChannelsLast
                                           : at::MemoryFormat::Contiguous);
}

// Asking LibTorch for its number first matters: at a thread's first use it sets OpenMP's to its
// own, the number of physical cores, and would take the limit back.
ThreadLimit::ThreadLimit(int threads) : before_(at::get_num_threads()) {
  omp_set_num_threads(threads);
}

ThreadLimit::~ThreadLimit() { omp_set_num_threads(before_); }

}  // namespace siamtrack::nn
