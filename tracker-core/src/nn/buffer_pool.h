// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>

namespace siamtrack::nn {

/// Memory for the maps inside a network, kept from one forward pass to the next: an allocator that
/// hands large blocks back to the system gets them with fresh pages each time, which costs a
/// quarter of a forward pass of CIResNet-22 on one core.
/// Threads  any number at once
class BufferPool : public std::enable_shared_from_this<BufferPool> {
 public:
  static std::shared_ptr<BufferPool> create();
  ~BufferPool();
  BufferPool(const BufferPool&) = delete;
  BufferPool& operator=(const BufferPool&) = delete;

  /// An uninitialised float32 tensor [B, C, H, W] in channels_last order; its memory comes back to
  /// the pool when the last reference is gone, and may outlive all other users of the pool.
  at::Tensor take(at::IntArrayRef sizes);

  /// A block of at least `bytes`, for scratch memory.
  std::shared_ptr<void> take_bytes(std::size_t bytes);

 private:
  BufferPool() = default;
  struct Block {
    void* data;
    std::size_t size;
  };
  Block acquire(std::size_t bytes);
  void release(const Block& block);

  std::mutex mutex_;
  std::multimap<std::size_t, void*> idle_;
  std::size_t idle_bytes_ = 0;
};

}  // namespace siamtrack::nn
