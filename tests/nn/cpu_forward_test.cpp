// SPDX-License-Identifier: LGPL-2.1-or-later
#include "nn/cpu_forward.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <thread>

#include "nn/analysis.h"
#include "nn/backbones/backbones.h"
#include "nn/buffer_pool.h"
#include "nn/device.h"
#include "nn/drawn_weights.h"
#include "nn/forward.h"
#include "nn/rewrite.h"
#include "relative_difference.h"

namespace siamtrack::nn {
namespace {

using siamtrack::testing::relative_difference;

constexpr double kTolerance = 2e-5;  // float32 sums in another order

at::Tensor image(int batch, int size) {
  return at::rand({batch, 3, size, size}).mul_(255).contiguous(at::MemoryFormat::ChannelsLast);
}

struct Ready {
  Weights weights;
  Backbone backbone;

  explicit Ready(const std::string& name) {
    const Backbone plain = make_backbone(name, "");
    weights = draw_weights(tensor_specs(plain));
    backbone = prepare_for_inference(plain, weights);
    if (!weights.kernels) throw std::runtime_error("no kernels");
  }
  at::Tensor run(const at::Tensor& x, Mode mode = Mode::kInference) const {
    return forward(backbone, weights, x, mode).back();
  }
};

class CpuForward : public ::testing::Test {
 protected:
  void SetUp() override {
    Weights weights;
    prepare_for_inference(Sequence{}, weights);
    if (!weights.kernels) GTEST_SKIP() << "this build runs networks through LibTorch alone";
  }
};

TEST_F(CpuForward, GivesTheSameForEveryBatchSizeAndThreadCount) {
  const Ready net("ciresnet16h");
  for (const int threads : {1, 2}) {
    const ThreadLimit limit(threads);
    for (const int batch : {1, 3}) {
      const at::Tensor x = image(batch, 127);
      EXPECT_LT(relative_difference(net.run(x), net.run(x, Mode::kEval)), kTolerance)
          << threads << " threads, batch " << batch;
    }
  }
}

TEST_F(CpuForward, TakesAnyLayoutAndLeavesTheInputAlone) {
  const Ready net("mobilenetv3-v2");
  const at::Tensor x = image(1, 127);
  const at::Tensor before = x.clone();
  const at::Tensor expected = net.run(x);
  EXPECT_TRUE(x.equal(before));
  EXPECT_TRUE(net.run(x.contiguous()).equal(expected));
  const at::Tensor wide = at::constant_pad_nd(x, {1, 1, 1, 1});
  EXPECT_TRUE(net.run(wide.slice(2, 1, 128).slice(3, 1, 128)).equal(expected));
}

TEST_F(CpuForward, NeverWritesToItsInput) {
  Weights weights = draw_weights({{"c.weight", {4, 4, 1, 1}}});
  const Conv conv{.name = "c", .in = 4, .out = 4};
  for (const Sequence& plain :
       {Sequence{Activation::kRelu}, Sequence{Residual{{conv}, {}}, Activation::kHardSwish},
        Sequence{Residual{{Activation::kRelu, conv}, {}}},
        Sequence{Residual{{conv, Activation::kHardSigmoid}, {Activation::kRelu}}},
        Sequence{Crop{0}, Activation::kRelu6}, Sequence{ChannelGate{{conv, Activation::kSigmoid}}},
        Sequence{Concat{{{conv}, {Activation::kRelu}}}, MaxPool{}}}) {
    const Sequence layers = prepare_for_inference(plain, weights);
    const at::Tensor x = at::randn({2, 4, 6, 6}).contiguous(at::MemoryFormat::ChannelsLast);
    const at::Tensor before = x.clone();
    const at::Tensor expected = forward(plain, weights, x, Mode::kEval);
    EXPECT_LT(relative_difference(forward(layers, weights, x, Mode::kInference), expected),
              kTolerance);
    EXPECT_TRUE(x.equal(before));
  }
}

TEST_F(CpuForward, ResultsOutliveTheNetworkAndTheNextPass) {
  auto net = std::make_unique<Ready>("ciresnet16h");
  const at::Tensor x = image(1, 111);
  const at::Tensor first = net->run(x);
  const at::Tensor kept = first.clone();
  net->run(image(1, 111));
  net.reset();
  EXPECT_TRUE(first.equal(kept));
}

TEST_F(CpuForward, RunsInManyThreadsAtOnce) {
  const Ready net("ciresnet16h");
  constexpr int kThreads = 4;
  std::vector<at::Tensor> inputs;
  std::vector<at::Tensor> expected;
  for (int i = 0; i < kThreads; ++i) {
    inputs.push_back(image(1 + i % 2, 111));
    expected.push_back(net.run(inputs.back(), Mode::kEval));
  }
  std::vector<double> worst(kThreads, 0);
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      const ThreadLimit limit(1);
      for (int round = 0; round < 5; ++round) {
        worst[i] = std::max(worst[i], relative_difference(net.run(inputs[i]), expected[i]));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const double difference : worst) EXPECT_LT(difference, kTolerance);
}

TEST(BufferPool, GivesMemoryBackAndReusesIt) {
  const auto pool = BufferPool::create();
  const void* first = pool->take({1, 8, 10, 10}).data_ptr();
  const at::Tensor again = pool->take({1, 8, 9, 10});  // a little smaller
  EXPECT_EQ(again.data_ptr(), first);
  EXPECT_TRUE(again.is_contiguous(at::MemoryFormat::ChannelsLast));
  EXPECT_NE(pool->take({1, 8, 10, 10}).data_ptr(), first);  // in use
}

}  // namespace
}  // namespace siamtrack::nn
