// SPDX-License-Identifier: LGPL-2.1-or-later
#include "image/crop_cuda.h"

#include <cuda_runtime.h>
#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "siamtrack/error.h"
#include "test_frame.h"

namespace siamtrack {
namespace {

using testing::kAllFormats;
using testing::TestFrame;

struct FreeDevice {
  void operator()(void* memory) const { cudaFree(memory); }
};
using DeviceMemory = std::unique_ptr<void, FreeDevice>;

DeviceMemory allocate(std::size_t bytes) {
  void* memory = nullptr;
  EXPECT_EQ(cudaMalloc(&memory, bytes), cudaSuccess);
  return DeviceMemory(memory);
}

/// A copy of a host frame in device memory.
class DeviceFrame {
 public:
  explicit DeviceFrame(TestFrame& host) : view_(host.view()) {
    view_.memory = MemoryKind::kCuda;
    for (std::size_t i = 0; i < view_.planes.size(); ++i) {
      const auto& bytes = host.plane(i);
      if (bytes.empty()) continue;
      planes_.push_back(allocate(bytes.size()));
      cudaMemcpy(planes_.back().get(), bytes.data(), bytes.size(), cudaMemcpyHostToDevice);
      view_.planes[i].data = static_cast<const std::uint8_t*>(planes_.back().get());
    }
  }
  FrameView& view() { return view_; }

 private:
  FrameView view_;
  std::vector<DeviceMemory> planes_;
};

class CropCuda : public ::testing::TestWithParam<PixelFormat> {
 protected:
  void SetUp() override {
    int devices = 0;
    if (cudaGetDeviceCount(&devices) != cudaSuccess || devices == 0) {
      GTEST_SKIP() << "needs a CUDA device";
    }
  }
};

TEST_P(CropCuda, EqualsTheCpu) {
  TestFrame host(GetParam(), {97, 63}, 7);
  DeviceFrame device(host);
  const Colour border = {103.9F, 11.2F, 200.7F};
  for (const SubWindow window :
       {SubWindow{10, 5, 40}, SubWindow{-20, 30, 80}, SubWindow{-300, -300, 700}}) {
    for (const int side : {20, 31, 127}) {
      std::vector<float> expected(static_cast<std::size_t>(side) * side * 3);
      std::vector<float> actual(expected.size());
      const std::size_t bytes = expected.size() * sizeof(float);
      const DeviceMemory out = allocate(bytes);
      crop(host.view(), window, border, side, ChannelOrder::kRgb, expected.data());
      cuda::crop(device.view(), window, border, side, ChannelOrder::kRgb,
                 {static_cast<float*>(out.get()), nullptr});
      ASSERT_EQ(cudaMemcpy(actual.data(), out.get(), bytes, cudaMemcpyDeviceToHost), cudaSuccess);
      EXPECT_EQ(actual, expected) << window.x << "," << window.y << " to " << side;
    }
  }
}

TEST_P(CropCuda, MeanColourEqualsTheCpu) {
  TestFrame host(GetParam(), {97, 63}, 7);
  DeviceFrame device(host);
  EXPECT_EQ(cuda::mean_colour(device.view(), nullptr), mean_colour(host.view()));
}

INSTANTIATE_TEST_SUITE_P(Formats, CropCuda, ::testing::ValuesIn(kAllFormats));

TEST(CropCudaCheck, HostMemoryIsRefused) {
  TestFrame host(PixelFormat::kBgr, {8, 8});
  EXPECT_THROW(cuda::mean_colour(host.view(), nullptr), Error);
}

}  // namespace
}  // namespace siamtrack
