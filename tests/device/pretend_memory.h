// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Allocator.h>

/// Memory of the pretended device, which the host cannot touch unless it says so.
namespace siamtrack::testing {

/// Gives whole pages without access, for tensors on kPretendDevice.
at::Allocator* locked_allocator();

/// Lets the host at the memory of a tensor of locked_allocator() for one scope. Of tensors that
/// share memory only one may be unlocked at a time.
class Unlocked {
 public:
  explicit Unlocked(const at::Tensor& tensor);
  ~Unlocked();
  Unlocked(const Unlocked&) = delete;
  Unlocked& operator=(const Unlocked&) = delete;

 private:
  void protect(int how) const;
  void* block_;
};

}  // namespace siamtrack::testing
