// SPDX-License-Identifier: LGPL-2.1-or-later
#include "nn/buffer_pool.h"

#include <ATen/ATen.h>

#include <cstdlib>
#include <new>

namespace siamtrack::nn {
namespace {

constexpr std::size_t kAlignment = 64;           // bytes: a cache line, and an AVX-512 register
constexpr std::size_t kMostWaste = 2;            // an idle block may be this many times too large
constexpr std::size_t kMostIdle = 256UL << 20U;  // bytes; about ten 255 px patches of CIResNet-22

std::size_t rounded_up(std::size_t bytes) {
  return (std::max<std::size_t>(bytes, 1) + kAlignment - 1) / kAlignment * kAlignment;
}

}  // namespace

std::shared_ptr<BufferPool> BufferPool::create() {
  return std::shared_ptr<BufferPool>(new BufferPool);
}

BufferPool::~BufferPool() {
  for (const auto& [size, data] : idle_) std::free(data);
}

BufferPool::Block BufferPool::acquire(std::size_t bytes) {
  const std::size_t size = rounded_up(bytes);
  {
    const std::lock_guard lock(mutex_);
    const auto found = idle_.lower_bound(size);
    if (found != idle_.end() && found->first <= kMostWaste * size) {
      const Block block{found->second, found->first};
      idle_bytes_ -= block.size;
      idle_.erase(found);
      return block;
    }
  }
  void* data = std::aligned_alloc(kAlignment, size);
  if (data == nullptr) throw std::bad_alloc();
  return {data, size};
}

void BufferPool::release(const Block& block) {
  {
    const std::lock_guard lock(mutex_);
    if (idle_bytes_ + block.size <= kMostIdle) {
      idle_.emplace(block.size, block.data);
      idle_bytes_ += block.size;
      return;
    }
  }
  std::free(block.data);
}

at::Tensor BufferPool::take(at::IntArrayRef sizes) {
  const std::int64_t channels = sizes[1];
  const std::int64_t row = sizes[3] * channels;
  const std::int64_t strides[] = {sizes[2] * row, 1, row, channels};
  const Block block = acquire(static_cast<std::size_t>(sizes[0] * sizes[2] * row) * sizeof(float));
  return at::from_blob(
      block.data, sizes, strides,
      [pool = shared_from_this(), block](void*) { pool->release(block); }, at::kFloat);
}

std::shared_ptr<void> BufferPool::take_bytes(std::size_t bytes) {
  const Block block = acquire(bytes);
  return {block.data, [pool = shared_from_this(), block](void*) { pool->release(block); }};
}

}  // namespace siamtrack::nn
