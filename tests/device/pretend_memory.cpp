// SPDX-License-Identifier: LGPL-2.1-or-later
#include "pretend_memory.h"

#include <ATen/ATen.h>
#include <sys/mman.h>
#include <unistd.h>

#include <utility>

#include "pretend_device.h"

namespace siamtrack::testing {
namespace {

struct Block {
  void* start;
  std::size_t size;
};

void release(void* context) {
  const auto* block = static_cast<Block*>(context);
  ::munmap(block->start, block->size);
  delete block;
}

struct LockedAllocator final : at::Allocator {
  // LibTorch 2.3 took the const from this function and asked for copy_data().
  at::DataPtr allocate(std::size_t bytes) { return std::as_const(*this).allocate(bytes); }
  void copy_data(void*, const void*, std::size_t) const {
    TORCH_CHECK(false, "the pretended device's memory is copied by copy_() alone");
  }
  at::DataPtr allocate(std::size_t bytes) const {
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    const std::size_t size = (bytes / page + 1) * page;
    void* start = ::mmap(nullptr, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    TORCH_CHECK(start != MAP_FAILED, "the pretended device is out of memory");
    return {start, new Block{start, size}, &release, kPretendDevice};
  }
};

}  // namespace

at::Allocator* locked_allocator() {
  static LockedAllocator allocator;
  return &allocator;
}

Unlocked::Unlocked(const at::Tensor& tensor) : block_(tensor.storage().data_ptr().get_context()) {
  protect(PROT_READ | PROT_WRITE);
}

Unlocked::~Unlocked() { protect(PROT_NONE); }

void Unlocked::protect(int how) const {
  const auto* block = static_cast<Block*>(block_);
  if (block != nullptr) ::mprotect(block->start, block->size, how);
}

}  // namespace siamtrack::testing
