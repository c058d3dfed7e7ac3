// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <memory>

#include "training/pair_source.h"
#include "training/picture_store.h"

namespace siamtrack::training {

/// The pairs of a PairSource, their patches cut and changed on a device, a batch at a time. The
/// pictures lie there; patches of those that did not fit, and composed ones, are cut on the host.
/// Threads  batch() may be called from several threads at once
class DevicePairs {
 public:
  /// @param device  a GPU; on the CPU this is slower than PairSource::batch()
  /// @param budget  largest size of the pictures on the device, bytes
  DevicePairs(std::shared_ptr<const PairSource> source, const at::Device& device,
              std::int64_t budget);

  /// PairSource::batch() on the device.
  Batch batch(std::int64_t first, int count) const;

  const PictureStore& pictures() const { return pictures_; }

 private:
  struct Patches;
  at::Tensor make(const Patches& patches) const;

  std::shared_ptr<const PairSource> source_;
  PictureStore pictures_;
};

}  // namespace siamtrack::training
