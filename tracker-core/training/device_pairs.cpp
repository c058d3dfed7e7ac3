// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/device_pairs.h"

#include <ATen/ATen.h>

#include <cstring>

#include "training/batched_patches.h"

namespace siamtrack::training {

/// One side of a batch, each patch either to be cut from a stored picture or cut already.
struct DevicePairs::Patches {
  Patches(const PictureStore& store, int count, int side)
      : pictures(store),
        side(side),
        stored(static_cast<std::size_t>(count)),
        cut(static_cast<std::size_t>(count)),
        changes(static_cast<std::size_t>(count)) {}

  void put(std::size_t row, const PatchPlan& plan, Pictures& decoded) {
    const auto* place = plan.frame ? pictures.find(*plan.frame) : nullptr;
    const auto* border = plan.frame ? pictures.find(*plan.border) : nullptr;
    const bool here = place != nullptr && border != nullptr;
    cut[row] = here ? cv::Mat() : patch_of(plan, decoded);
    if (here) stored[row] = {*place, plan.view, border->mean};
    changes[row] = plan.change;
  }

  const PictureStore& pictures;
  int side;
  std::vector<StoredPatch> stored;
  std::vector<cv::Mat> cut;  ///< empty where the patch is cut on the device
  std::vector<PixelChange> changes;
};

DevicePairs::DevicePairs(std::shared_ptr<const PairSource> source, const at::Device& device,
                         std::int64_t budget)
    : source_(std::move(source)), pictures_(source_->cache(), device, budget) {}

at::Tensor DevicePairs::make(const Patches& patches) const {
  const at::Device device = pictures_.pixels().device();
  const std::int64_t side = patches.side;
  std::vector<StoredPatch> stored;
  std::vector<std::int64_t> there, here;
  for (std::size_t i = 0; i < patches.cut.size(); ++i) {
    if (patches.cut[i].empty()) stored.push_back(patches.stored[i]);
    (patches.cut[i].empty() ? there : here).push_back(static_cast<std::int64_t>(i));
  }
  at::Tensor all = at::empty({static_cast<std::int64_t>(patches.cut.size()), side, side, 3},
                             at::TensorOptions(at::kFloat).device(device));
  const auto rows = [&](const std::vector<std::int64_t>& list) {
    return at::tensor(list, at::kLong).to(device);
  };
  if (!there.empty()) {
    all.index_copy_(0, rows(there), cut_patches(pictures_.pixels(), stored, patches.side));
  }
  if (!here.empty()) {
    const at::Tensor host =
        at::empty({static_cast<std::int64_t>(here.size()), side, side, 3}, at::kByte);
    for (std::size_t i = 0; i < here.size(); ++i) {
      const cv::Mat& patch = patches.cut[static_cast<std::size_t>(here[i])];
      std::memcpy(host[static_cast<std::int64_t>(i)].data_ptr<std::uint8_t>(), patch.data,
                  patch.total() * patch.elemSize());
    }
    all.index_copy_(0, rows(here), host.to(device).to(at::kFloat));
  }
  return change_pixels(all, patches.changes);
}

Batch DevicePairs::batch(std::int64_t first, int count) const {
  const PairOptions& options = source_->options();
  Patches exemplars(pictures_, count, options.exemplar_size);
  Patches searches(pictures_, count, options.instance_size);
  Batch batch;
  batch.masks = empty_masks(options, count);
  for (int i = 0; i < count; ++i) {
    source_->draw(first + i, [&](const PairPlan& pair, Pictures& decoded) {
      exemplars.put(static_cast<std::size_t>(i), pair.exemplar, decoded);
      searches.put(static_cast<std::size_t>(i), pair.search, decoded);
      add_pair(pair, source_->cache(), batch);
    });
  }
  batch.exemplars = make(exemplars);
  batch.searches = make(searches);
  return batch;
}

}  // namespace siamtrack::training
