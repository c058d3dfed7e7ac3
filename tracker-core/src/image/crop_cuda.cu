// SPDX-License-Identifier: LGPL-2.1-or-later
#include <cuda_runtime.h>

#include <memory>
#include <string>

#include "image/crop_cuda.h"
#include "image/pixel_layout.h"
#include "image/pixel_math.h"
#include "siamtrack/error.h"

namespace siamtrack::cuda {
namespace {

using Bgr = std::array<std::uint8_t, 3>;

/// What the kernels need to know of a call; passed by value.
struct Job {
  PixelLayout layout;
  Size frame;
  SubWindow window;
  Bgr border;
  int side;
  bool rgb;
};

constexpr int kBlockSide = 16;
constexpr int kSumThreads = 256;
constexpr int kSumBlocks = 512;
constexpr unsigned kWholeWarp = 0xffffffff;

void check(cudaError_t status, const char* what) {
  if (status == cudaSuccess) return;
  const auto code =
      status == cudaErrorMemoryAllocation ? ErrorCode::kOutOfMemory : ErrorCode::kDevice;
  throw Error(
      code, std::string("CUDA ") + what + ", expected success, got " + cudaGetErrorString(status));
}

/// Makes a device current and gives the former one back.
class DeviceGuard {
 public:
  explicit DeviceGuard(int device) {
    check(cudaGetDevice(&former_), "device query");
    check(cudaSetDevice(device), "device selection");
  }
  ~DeviceGuard() { cudaSetDevice(former_); }
  DeviceGuard(const DeviceGuard&) = delete;
  DeviceGuard& operator=(const DeviceGuard&) = delete;

 private:
  int former_ = 0;
};

struct DestroyEvent {
  void operator()(cudaEvent_t event) const { cudaEventDestroy(event); }
};

/// Work put on `stream` from now on starts after what `earlier` has been given so far.
void wait_for(cudaStream_t earlier, cudaStream_t stream) {
  if (earlier == nullptr || earlier == stream) return;
  cudaEvent_t event = nullptr;
  check(cudaEventCreateWithFlags(&event, cudaEventDisableTiming), "event creation");
  const std::unique_ptr<CUevent_st, DestroyEvent> owner(event);
  check(cudaEventRecord(event, earlier), "event record");
  check(cudaStreamWaitEvent(stream, event, 0), "wait for the frame's stream");
}

__device__ int sample(const Component& part, int x, int y) {
  if (part.data == nullptr) return kNeutralChroma;
  return part.data[(y >> part.shift_y) * part.stride +
                   static_cast<std::ptrdiff_t>(x >> part.shift_x) * part.step];
}

__device__ Bgr frame_pixel(const PixelLayout& layout, int x, int y) {
  const int first = sample(layout.components[0], x, y);
  const int second = sample(layout.components[1], x, y);
  const int third = sample(layout.components[2], x, y);
  if (layout.yuv) return pixel_math::to_bgr(layout.equation, first, second, third);
  return {static_cast<std::uint8_t>(first), static_cast<std::uint8_t>(second),
          static_cast<std::uint8_t>(third)};
}

__device__ Bgr window_pixel(const Job& job, int x, int y) {
  x += job.window.x;
  y += job.window.y;
  if (x < 0 || y < 0 || x >= job.frame.width || y >= job.frame.height) return job.border;
  return frame_pixel(job.layout, x, y);
}

__global__ void crop_pixels(Job job, float* out) {
  const int x = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  const int y = static_cast<int>(blockIdx.y * blockDim.y + threadIdx.y);
  if (x >= job.side || y >= job.side) return;
  const auto [left, weight_x] = pixel_math::make_tap(x, job.window.size, job.side);
  const auto [line, weight_y] = pixel_math::make_line_tap(y, job.window.size, job.side);
  const int last = job.window.size - 1;
  const int right = min(left + 1, last);
  const int top = max(line, 0);
  const int bottom = min(line + 1, last);
  const Bgr corners[] = {window_pixel(job, left, top), window_pixel(job, right, top),
                         window_pixel(job, left, bottom), window_pixel(job, right, bottom)};
  float* pixel = out + 3 * (static_cast<std::ptrdiff_t>(y) * job.side + x);
  for (int c = 0; c < 3; ++c) {
    const int upper = pixel_math::blend(corners[0][c], corners[1][c], weight_x);
    const int lower = pixel_math::blend(corners[2][c], corners[3][c], weight_x);
    const int level = pixel_math::blended_level(upper, lower, weight_y);
    pixel[job.rgb ? 2 - c : c] = static_cast<float>(level);
  }
}

__global__ void sum_pixels(PixelLayout layout, Size frame, unsigned long long* sums) {
  const long long pixels = static_cast<long long>(frame.width) * frame.height;
  const long long step = static_cast<long long>(gridDim.x) * blockDim.x;
  unsigned long long own[3] = {};
  for (long long i = static_cast<long long>(blockIdx.x) * blockDim.x + threadIdx.x; i < pixels;
       i += step) {
    const Bgr bgr =
        frame_pixel(layout, static_cast<int>(i % frame.width), static_cast<int>(i / frame.width));
    for (int c = 0; c < 3; ++c) own[c] += bgr[c];
  }
  for (int c = 0; c < 3; ++c) {
    for (int lanes = warpSize / 2; lanes > 0; lanes /= 2) {
      own[c] += __shfl_down_sync(kWholeWarp, own[c], lanes);
    }
    if (threadIdx.x % warpSize == 0) atomicAdd(&sums[c], own[c]);
  }
}

cudaLaunchConfig_t make_launch(dim3 blocks, dim3 threads, cudaStream_t queue) {
  cudaLaunchConfig_t launch = {};
  launch.gridDim = blocks;
  launch.blockDim = threads;
  launch.stream = queue;
  return launch;
}

PixelLayout describe_device(const FrameView& frame) {
  if (frame.memory != MemoryKind::kCuda) {
    throw Error(ErrorCode::kUnsupportedInput, "frame memory, expected CUDA, got host");
  }
  return describe(frame);
}

struct FreeDevice {
  void operator()(void* memory) const { cudaFree(memory); }
};

}  // namespace

void crop(const FrameView& frame, const SubWindow& window, const Colour& border, int side,
          ChannelOrder order, const DevicePatch& out) {
  const Job job = {describe_device(frame),        frame.size, window,
                   pixel_math::truncated(border), side,       order == ChannelOrder::kRgb};
  const DeviceGuard device(frame.device);
  const auto queue = static_cast<cudaStream_t>(out.stream);
  wait_for(static_cast<cudaStream_t>(frame.stream), queue);
  const auto blocks = static_cast<unsigned>((side + kBlockSide - 1) / kBlockSide);
  const cudaLaunchConfig_t launch =
      make_launch(dim3(blocks, blocks), dim3(kBlockSide, kBlockSide), queue);
  check(cudaLaunchKernelEx(&launch, crop_pixels, job, out.pixels), "launch of the crop");
}

Colour mean_colour(const FrameView& frame, void* stream) {
  const PixelLayout layout = describe_device(frame);
  const DeviceGuard device(frame.device);
  const auto queue = static_cast<cudaStream_t>(stream);
  wait_for(static_cast<cudaStream_t>(frame.stream), queue);
  unsigned long long sums[3] = {};
  void* memory = nullptr;
  check(cudaMalloc(&memory, sizeof(sums)), "allocation of three sums");
  const std::unique_ptr<void, FreeDevice> owner(memory);
  check(cudaMemsetAsync(memory, 0, sizeof(sums), queue), "clearing of three sums");
  const cudaLaunchConfig_t launch = make_launch(dim3(kSumBlocks), dim3(kSumThreads), queue);
  check(cudaLaunchKernelEx(&launch, sum_pixels, layout, frame.size,
                           static_cast<unsigned long long*>(memory)),
        "launch of the mean colour");
  check(cudaMemcpyAsync(sums, memory, sizeof(sums), cudaMemcpyDeviceToHost, queue),
        "copy of three sums");
  check(cudaStreamSynchronize(queue), "mean colour");
  return pixel_math::mean(sums, frame.size);
}

}  // namespace siamtrack::cuda
