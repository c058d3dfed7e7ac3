// SPDX-License-Identifier: LGPL-2.1-or-later
// Networks: `NAME/floor` is the forward pass beside the same convolutions called in oneDNN
// directly, `NAME/padded` the valid convolutions beside the published form, which pads and crops.
// Both of a pair run in turn; the counters hold the quickest of each and ours as a part of theirs.
#include <ATen/ATen.h>
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <limits>

#include "nn/analysis.h"
#include "nn/backbones/backbones.h"
#include "nn/cpu_kernels.h"
#include "nn/device.h"
#include "nn/drawn_weights.h"
#include "nn/forward.h"
#include "nn/rewrite.h"
#include "onednn_convolutions.h"

namespace siamtrack::bench {
namespace {

constexpr int kExemplar = 127;  // px
constexpr int kInstance = 255;  // px
constexpr int kScales = 3;      // SiamFC's scale pyramid is one batch

template <typename Work>
double milliseconds(const Work& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
      .count();
}

template <typename Ours, typename Theirs>
void compare(benchmark::State& state, const Ours& ours, const Theirs& theirs) {
  ours();
  theirs();
  double best_ours = std::numeric_limits<double>::max();
  double best_theirs = best_ours;
  for (auto _ : state) {
    const double spent = milliseconds(ours);
    best_theirs = std::min(best_theirs, milliseconds(theirs));
    best_ours = std::min(best_ours, spent);
    state.SetIterationTime(spent / 1e3);
  }
  state.counters["ours_ms"] = best_ours;
  state.counters["theirs_ms"] = best_theirs;
  state.counters["ratio"] = best_ours / best_theirs;
}

at::Tensor images(int batch, int size) {
  return at::rand({batch, 3, size, size}).contiguous(at::MemoryFormat::ChannelsLast).mul_(255);
}

struct Ready {
  nn::Weights weights;
  nn::Backbone backbone;

  explicit Ready(const nn::Backbone& plain)
      : weights(nn::draw_weights(nn::tensor_specs(plain))),
        backbone(nn::prepare_for_inference(plain, weights)) {}
  void run(const at::Tensor& x) const { nn::forward(backbone, weights, x, nn::Mode::kInference); }
};

/// As Ready, but with the crops where the paper has them.
struct Padded : Ready {
  explicit Padded(const nn::Backbone& plain) : Ready(plain) {
    weights = nn::draw_weights(nn::tensor_specs(plain));
    weights.kernels = nn::make_cpu_kernels();
    backbone = plain;
    for (nn::Sequence& stage : backbone.stages) {
      stage = nn::fold_batch_norm(std::move(stage), weights);
    }
  }
};

/// Arguments of both: threads, batch, size.
void beside_floor(benchmark::State& state, const std::string& name) {
  const nn::ThreadLimit limit(static_cast<int>(state.range(0)));
  const int batch = static_cast<int>(state.range(1));
  const int size = static_cast<int>(state.range(2));
  const Ready net(nn::make_backbone(name, ""));
  const at::Tensor input = images(batch, size);
  OneDnnConvolutions floor(net.backbone, batch, size);
  const at::InferenceMode guard;
  compare(
      state, [&] { net.run(input); }, [&] { floor.run(); });
}

void beside_padded(benchmark::State& state, const std::string& name) {
  const nn::ThreadLimit limit(static_cast<int>(state.range(0)));
  const nn::Backbone plain = nn::make_backbone(name, "");
  const Ready ours(plain);
  const Padded theirs(plain);
  const at::Tensor input =
      images(static_cast<int>(state.range(1)), static_cast<int>(state.range(2)));
  const at::InferenceMode guard;
  compare(
      state, [&] { ours.run(input); }, [&] { theirs.run(input); });
}

void add(const std::string& name, void (*work)(benchmark::State&, const std::string&),
         const std::string& backbone) {
  auto* row = benchmark::RegisterBenchmark(name.c_str(), work, backbone);
  row->ArgNames({"threads", "batch", "size"})->UseManualTime()->Unit(benchmark::kMillisecond);
  for (const int threads : {1, 2}) {
    row->Args({threads, 1, kInstance});
    row->Args({threads, kScales, kInstance});
    row->Args({threads, 1, kExemplar});
  }
}

}  // namespace
}  // namespace siamtrack::bench

int main(int argc, char** argv) {
  namespace bench = siamtrack::bench;
  benchmark::Initialize(&argc, argv);
  for (const std::string& name : siamtrack::nn::backbone_names()) {
    bench::add(name + "/floor", bench::beside_floor, name);
    if (name.starts_with("cir")) bench::add(name + "/padded", bench::beside_padded, name);
  }
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
