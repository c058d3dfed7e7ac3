// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <string>

#include "image/crop_cuda.h"
#include "siamtrack/error.h"

namespace siamtrack {
namespace {

void expect_explanation(const std::function<void()>& call) {
  try {
    call();
    ADD_FAILURE() << "did not throw";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kDevice);
    EXPECT_STREQ(error.what(), "this build has no CUDA kernels (configure with -Dcuda=enabled)");
  }
}

TEST(CropCudaStub, ExplainsItself) {
  std::array<float, 3> out{};
  expect_explanation([&] { cuda::crop({}, {0, 0, 1}, {}, 1, ChannelOrder::kBgr, {out.data()}); });
  expect_explanation([] { cuda::mean_colour({}, nullptr); });
}

}  // namespace
}  // namespace siamtrack
