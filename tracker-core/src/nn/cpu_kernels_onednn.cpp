// SPDX-License-Identifier: LGPL-2.1-or-later
#include <ATen/ATen.h>
#include <omp.h>

#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <oneapi/dnnl/dnnl.hpp>
#include <unordered_map>

#include "nn/buffer_pool.h"
#include "nn/cpu_kernels.h"
#include "nn/layers.h"
#include "nn/onednn_terms.h"

namespace siamtrack::nn {
namespace {

using dnnl::memory;
using onednn::attributes;
using onednn::nhwc;
using onednn::output_side;
using onednn::Shape;
using onednn::shape_of;
using onednn::weight_desc;

/// What a layer was compiled for. oneDNN fixes the number of threads at that moment.
struct Purpose {
  Shape input;
  int activation;  // -1: none
  bool sum;
  int threads;
  bool operator==(const Purpose&) const = default;
};

/// What one run of a compiled layer needs; made once, then used again by one thread at a time.
struct Call {
  dnnl::stream stream;
  memory source, target, scratch;
  std::unordered_map<int, memory> arguments;
};

struct Compiled {
  Purpose purpose;
  dnnl::primitive primitive;
  Shape output{};
  memory::desc source, target, scratch;
  memory weight, bias;  // empty for pooling, and without a bias
  std::vector<std::unique_ptr<Call>> idle;
};

class OneDnnKernels final : public CpuKernels {
 public:
  at::Tensor convolve(const at::Tensor& input, const Conv& conv, const Weights& weights,
                      const After& after) override {
    const at::Tensor x = dense(input);
    const int activation = after.activation ? static_cast<int>(*after.activation) : -1;
    const Purpose purpose{shape_of(x), activation, after.sum.defined(), omp_get_max_threads()};
    Compiled& step = compiled(conv.name, purpose, [&](Compiled& made) {
      compile(made, conv_weights(conv, weights), conv, after);
    });
    at::Tensor out = after.sum.defined() ? after.sum : pool_->take(step.output.sizes());
    execute(step, x, out);
    return after.activation == Activation::kHardSigmoid ? at::hardsigmoid_(out) : out;
  }

  at::Tensor max_pool(const at::Tensor& input, const MaxPool& pool) override {
    const at::Tensor x = dense(input);
    const std::string name = "max " + std::to_string(pool.kernel) + " " +
                             std::to_string(pool.stride) + " " + std::to_string(pool.padding);
    const Purpose purpose{shape_of(x), -1, false, omp_get_max_threads()};
    Compiled& step = compiled(name, purpose, [&](Compiled& made) { compile(made, pool); });
    at::Tensor out = pool_->take(step.output.sizes());
    execute(step, x, out);
    return out;
  }

  at::Tensor empty(at::IntArrayRef sizes) override { return pool_->take(sizes); }

 private:
  at::Tensor dense(const at::Tensor& x) const {
    if (x.is_contiguous(at::MemoryFormat::ChannelsLast)) return x;
    return pool_->take(x.sizes()).copy_(x);
  }

  /// References stay valid: nothing is ever taken out of the lists.
  template <typename Compile>
  Compiled& compiled(const std::string& name, const Purpose& purpose, const Compile& compile) {
    const std::lock_guard lock(mutex_);
    std::list<Compiled>& known = compiled_[name];
    for (Compiled& step : known) {
      if (step.purpose == purpose) return step;
    }
    Compiled made;
    made.purpose = purpose;
    compile(made);
    return known.emplace_back(std::move(made));
  }

  void compile(Compiled& step, const ConvWeights& tensors, const Conv& conv, const After& after) {
    const Shape& input = step.purpose.input;
    const auto& [weight, bias] = tensors;
    const auto side = [&](std::int64_t from) {
      return output_side(from, conv.kernel, conv.stride, conv.padding, conv.dilation);
    };
    step.output = {input.batch, conv.out, side(input.height), side(input.width)};
    step.source = nhwc(input);
    step.target = nhwc(step.output);
    const memory::desc bias_desc =
        bias.defined() ? memory::desc({conv.out}, memory::data_type::f32, memory::format_tag::x)
                       : memory::desc();
    const auto desc = onednn::convolution(engine_, conv, step.source, bias_desc, step.target,
                                          attributes(after.sum.defined(), after.activation));
    step.primitive = dnnl::convolution_forward(desc);
    step.scratch = desc.scratchpad_desc();
    step.weight = packed(conv, weight, desc.weights_desc());
    if (bias.defined()) step.bias = kept(bias_desc, bias.contiguous());
  }

  void compile(Compiled& step, const MaxPool& pool) {
    const Shape& input = step.purpose.input;
    const auto side = [&](std::int64_t from) {
      return output_side(from, pool.kernel, pool.stride, pool.padding, 1);
    };
    step.output = {input.batch, input.channels, side(input.height), side(input.width)};
    step.source = nhwc(input);
    step.target = nhwc(step.output);
    const auto desc =
        onednn::max_pooling(engine_, pool, step.source, step.target, attributes(false, {}));
    step.primitive = dnnl::pooling_forward(desc);
    step.scratch = desc.scratchpad_desc();
  }

  memory kept(const memory::desc& desc, const at::Tensor& tensor) {
    tensors_.push_back(tensor);
    return memory(desc, engine_, tensor.data_ptr());
  }

  /// The weight in the order `wanted`, made once for all input shapes that want the same.
  memory packed(const Conv& conv, const at::Tensor& weight, const memory::desc& wanted) {
    std::vector<memory>& known = packed_[conv.name];
    for (const memory& have : known) {
      if (have.get_desc() == wanted) return have;
    }
    const at::Tensor plain = weight.contiguous();
    memory from(weight_desc(conv, memory::format_tag::oihw, memory::format_tag::goihw), engine_,
                plain.data_ptr());
    memory to(wanted, engine_);
    dnnl::stream stream(engine_);
    dnnl::reorder(from, to).execute(stream, from, to);
    stream.wait();
    return known.emplace_back(to);
  }

  void execute(Compiled& step, const at::Tensor& x, const at::Tensor& out) {
    const std::size_t bytes = step.scratch.get_size();
    const std::shared_ptr<void> scratch = bytes > 0 ? pool_->take_bytes(bytes) : nullptr;
    std::unique_ptr<Call> call = take_call(step);
    call->source.set_data_handle(x.data_ptr());
    call->target.set_data_handle(out.data_ptr());
    call->scratch.set_data_handle(scratch.get());
    step.primitive.execute(call->stream, call->arguments);
    call->stream.wait();
    const std::lock_guard lock(mutex_);
    step.idle.push_back(std::move(call));
  }

  /// Making these objects anew would cost more than a small layer's arithmetic.
  std::unique_ptr<Call> take_call(Compiled& step) {
    {
      const std::lock_guard lock(mutex_);
      if (!step.idle.empty()) {
        std::unique_ptr<Call> call = std::move(step.idle.back());
        step.idle.pop_back();
        return call;
      }
    }
    const auto unplaced = [&](const memory::desc& desc) { return memory(desc, engine_, nullptr); };
    auto call = std::make_unique<Call>(Call{dnnl::stream(engine_),
                                            unplaced(step.source),
                                            unplaced(step.target),
                                            unplaced(step.scratch),
                                            {}});
    call->arguments = {{DNNL_ARG_SRC, call->source},
                       {DNNL_ARG_DST, call->target},
                       {DNNL_ARG_SCRATCHPAD, call->scratch}};
    if (step.weight) call->arguments.emplace(DNNL_ARG_WEIGHTS, step.weight);
    if (step.bias) call->arguments.emplace(DNNL_ARG_BIAS, step.bias);
    return call;
  }

  dnnl::engine engine_{dnnl::engine::kind::cpu, 0};
  std::shared_ptr<BufferPool> pool_ = BufferPool::create();
  std::mutex mutex_;                                               // guards what follows
  std::unordered_map<std::string, std::list<Compiled>> compiled_;  // by the layer's name
  std::map<std::string, std::vector<memory>> packed_;
  std::vector<at::Tensor> tensors_;  // whose memory the compiled layers use
};

}  // namespace

std::shared_ptr<CpuKernels> make_cpu_kernels() { return std::make_shared<OneDnnKernels>(); }

}  // namespace siamtrack::nn
