// SPDX-License-Identifier: LGPL-2.1-or-later
#include "pretend_device.h"

#include <ATen/ATen.h>
#include <ATen/EmptyTensor.h>
#include <ATen/native/CPUFallback.h>
#include <ATen/ops/_reshape_alias_native.h>
#include <ATen/ops/as_strided_native.h>
#include <ATen/ops/unfold_native.h>
#include <ATen/ops/view_native.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <torch/library.h>

#include <array>
#include <atomic>
#include <mutex>
#include <string>

#include "pretend_memory.h"

namespace siamtrack::testing {
namespace {

constexpr auto kType = at::DeviceType::PrivateUse1;
std::atomic<long> fetches = 0, uploads = 0;
std::atomic<bool> busy = false;  // with convolutions that nobody has waited for

void count_fetch() {
  ++fetches;
  busy = false;
}

/// Takes back what its scope counts: the pretence's own copies are no one's wish.
class Uncounted {
 public:
  Uncounted() = default;
  ~Uncounted() {
    fetches = fetches_;
    uploads = uploads_;
    busy = busy_;
  }
  Uncounted(const Uncounted&) = delete;
  Uncounted& operator=(const Uncounted&) = delete;

 private:
  const long fetches_ = fetches, uploads_ = uploads;
  const bool busy_ = busy;
};

bool is_pretended(const at::Tensor& tensor) { return tensor.device().type() == kType; }

std::mutex unlocking;  // one at a time: two tensors may share a block

/// The same memory as a tensor of the CPU.
at::Tensor as_host(const at::Tensor& tensor) {
  return at::from_blob(tensor.data_ptr(), tensor.sizes(), tensor.strides(), tensor.scalar_type());
}

at::Tensor& copy(at::Tensor& to, const at::Tensor& from, bool /*non_blocking*/) {
  if (to.numel() == 0) return to;
  const at::NoGradGuard constant;
  const std::lock_guard lock(unlocking);
  at::Tensor staged = from;
  if (is_pretended(from)) {
    const Unlocked open(from);
    staged = as_host(from).clone();
    if (!is_pretended(to)) count_fetch();
  } else if (busy) {
    ++uploads;
  }
  if (!is_pretended(to)) return to.copy_(staged);
  const Unlocked open(to);
  as_host(to).copy_(staged);
  return to;
}

at::Tensor copy_from(const at::Tensor& from, const at::Tensor& to, bool non_blocking) {
  at::Tensor target = to;
  return copy(target, from, non_blocking);
}

// --- making and viewing
// --------------------------------------------------------------------------------

constexpr at::DispatchKeySet kKeys(at::DispatchKey::PrivateUse1);

at::Tensor empty(at::IntArrayRef size, c10::optional<at::ScalarType> type,
                 c10::optional<at::Layout>, c10::optional<at::Device>, c10::optional<bool>,
                 c10::optional<at::MemoryFormat> format) {
  return at::detail::empty_generic(size, locked_allocator(), kKeys, type.value_or(at::kFloat),
                                   format);
}

at::Tensor empty_strided(at::IntArrayRef size, at::IntArrayRef stride,
                         c10::optional<at::ScalarType> type, c10::optional<at::Layout>,
                         c10::optional<at::Device>, c10::optional<bool>) {
  return at::detail::empty_strided_generic(size, stride, locked_allocator(), kKeys,
                                           type.value_or(at::kFloat));
}

/// Contents are not kept: only results of operations are resized here.
const at::Tensor& resized(const at::Tensor& tensor, at::IntArrayRef size,
                          c10::optional<at::MemoryFormat> format) {
  const at::Tensor fresh = at::empty(size, tensor.options(), format);
  at::TensorImpl* impl = tensor.unsafeGetTensorImpl();
  impl->set_storage_keep_dtype(fresh.storage());
  impl->set_sizes_and_strides(fresh.sizes(), fresh.strides());
  return tensor;
}

at::Tensor copy_from_and_resize(const at::Tensor& from, const at::Tensor& to) {
  if (from.sizes() != to.sizes()) resized(to, from.sizes(), {});
  return copy_from(from, to, false);
}

// --- computing
// --------------------------------------------------------------------------------

void require_one_device(const c10::OperatorHandle& op, const torch::jit::Stack& stack) {
  const std::string name = op.operator_name().name;
  if (name == "aten::index" || name.starts_with("aten::index_put") ||
      name == "aten::_index_put_impl_") {
    return;  // takes indices of the CPU everywhere
  }
  const auto& arguments = op.schema().arguments();
  const auto check = [&](const at::Tensor& tensor, const std::string& argument) {
    TORCH_CHECK(!tensor.defined() || tensor.dim() == 0 || is_pretended(tensor), name, ": ",
                argument, ": expected all tensors on one device, found one on ", tensor.device());
  };
  const std::size_t first = stack.size() - arguments.size();
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const c10::IValue& value = stack[first + i];
    if (value.isTensor()) check(value.toTensor(), arguments[i].name());
    if (!value.isTensorList()) continue;
    for (const at::Tensor& tensor : value.toTensorVector()) check(tensor, arguments[i].name());
  }
}

void compute(const c10::OperatorHandle& op, torch::jit::Stack* stack) {
  require_one_device(op, *stack);
  {
    const Uncounted own;
    at::native::cpu_fallback(op, stack);
  }
  if (op.operator_name().name == "aten::_local_scalar_dense") count_fetch();
}

at::Tensor to_device(const at::Tensor& tensor) {
  return tensor.defined() ? tensor.to(kPretendDevice) : tensor;
}

at::Tensor on_host(const at::Tensor& tensor) {
  TORCH_CHECK(!tensor.defined() || is_pretended(tensor),
              "convolution: expected all tensors on one device, found one on ", tensor.device());
  return tensor.defined() ? tensor.cpu() : tensor;
}

at::Tensor convolution(const at::Tensor& x, const at::Tensor& weight,
                       const c10::optional<at::Tensor>& bias, at::IntArrayRef stride,
                       at::IntArrayRef padding, at::IntArrayRef dilation, bool transposed,
                       at::IntArrayRef output_padding, std::int64_t groups) {
  at::Tensor result;
  {
    const Uncounted own;
    result =
        to_device(at::convolution(on_host(x), on_host(weight), on_host(bias.value_or(at::Tensor())),
                                  stride, padding, dilation, transposed, output_padding, groups));
  }
  busy = true;
  return result;
}

std::tuple<at::Tensor, at::Tensor, at::Tensor> convolution_backward(
    const at::Tensor& gradient, const at::Tensor& x, const at::Tensor& weight,
    at::IntArrayRef stride, at::IntArrayRef padding, at::IntArrayRef dilation, bool transposed,
    at::IntArrayRef output_padding, std::int64_t groups, std::array<bool, 3> wanted) {
  const Uncounted own;
  const std::vector<std::int64_t> bias_size{gradient.size(1)};
  const auto [to_x, to_weight, to_bias] =
      at::convolution_backward(on_host(gradient), on_host(x), on_host(weight), bias_size, stride,
                               padding, dilation, transposed, output_padding, groups, wanted);
  return {to_device(to_x), to_device(to_weight), to_device(to_bias)};
}

// --- the device itself
// --------------------------------------------------------------------------------

struct Guard final : c10::impl::DeviceGuardImplInterface {
  at::DeviceType type() const override { return kType; }
  at::Device exchangeDevice(at::Device) const override { return kPretendDevice; }
  at::Device getDevice() const override { return kPretendDevice; }
  void setDevice(at::Device) const override {}
  void uncheckedSetDevice(at::Device) const noexcept override {}
  c10::Stream getStream(at::Device) const noexcept override { return stream(); }
  c10::Stream getDefaultStream(at::Device) const override { return stream(); }
  c10::Stream exchangeStream(c10::Stream) const noexcept override { return stream(); }
  at::DeviceIndex deviceCount() const noexcept override { return 1; }

 private:
  static c10::Stream stream() { return c10::Stream(c10::Stream::DEFAULT, kPretendDevice); }
};

C10_REGISTER_GUARD_IMPL(PrivateUse1, Guard);
const bool allocator_is_set = [] {
  c10::SetAllocator(kType, locked_allocator());
  return true;
}();

TORCH_LIBRARY_IMPL(_, PrivateUse1, library) {
  library.fallback(torch::CppFunction::makeFromBoxedFunction<&compute>());
}

TORCH_LIBRARY_IMPL(aten, PrivateUse1, library) {
  library.impl("empty.memory_format", &empty);
  library.impl("empty_strided", &empty_strided);
  library.impl("resize_", &resized);
  library.impl("copy_", &copy);
  library.impl("_copy_from", &copy_from);
  library.impl("_copy_from_and_resize", &copy_from_and_resize);
  library.impl("view", &at::native::view);
  library.impl("_reshape_alias", &at::native::_reshape_alias);
  library.impl("as_strided", &at::native::as_strided_tensorimpl);
  library.impl("unfold", &at::native::unfold);
  library.impl("convolution_overrideable", &convolution);
  library.impl("convolution_backward_overrideable", &convolution_backward);
}

}  // namespace

long fetched_values() { return fetches; }

long late_uploads() { return uploads; }

}  // namespace siamtrack::testing
