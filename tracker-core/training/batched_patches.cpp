// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/batched_patches.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <functional>

namespace siamtrack::training {
namespace {

constexpr double kLuma[3] = {0.114, 0.587, 0.299};  // of B, G, R (ITU-R BT.601)

/// `count` x `width` numbers as float [count, ...shape] on a device: one upload for all.
at::Tensor table(std::size_t count, std::int64_t width, at::Device device,
                 const std::function<void(std::size_t, float*)>& fill) {
  at::Tensor rows = at::empty({static_cast<std::int64_t>(count), width});
  for (std::size_t i = 0; i < count; ++i) {
    fill(i, rows.data_ptr<float>() + static_cast<std::int64_t>(i) * width);
  }
  return rows.to(device);
}

/// Coordinate of each patch pixel along one axis, in pixel indices of the picture.
/// @param column  of `table`: place of the first; the next one: distance
at::Tensor coordinates(const at::Tensor& values, std::int64_t column, int side) {
  const at::Tensor steps = at::arange(side, values.options());
  return values.select(1, column).unsqueeze(1) +
         values.select(1, column + 1).unsqueeze(1) * steps.unsqueeze(0);
}

/// One axis of bilinear sampling.
struct Axis {
  at::Tensor low;    ///< [B, side] index of the lower neighbour, whole
  at::Tensor share;  ///< [B, side] weight of the upper neighbour
  at::Tensor last;   ///< [B, 1] largest index of the picture

  at::Tensor index(int neighbour) const { return low + neighbour; }
  at::Tensor inside(int neighbour) const {
    const at::Tensor i = index(neighbour);
    return i.ge(0).logical_and(i.le(last));
  }
  at::Tensor clamped(int neighbour) const {
    return at::minimum(index(neighbour).clamp_min(0), last).to(at::kLong);
  }
  at::Tensor weight(int neighbour) const { return neighbour == 0 ? 1 - share : share; }
};

Axis axis_of(const at::Tensor& where, const at::Tensor& last) {
  const at::Tensor low = where.floor();
  return {low, where - low, last};
}

at::Tensor per_patch(const at::Tensor& values) {  // [B, 3] over the pixels of each patch
  return values.unsqueeze(1).unsqueeze(1);
}

at::Tensor rounded(const at::Tensor& values) { return values.round().clamp_(0, 255); }

/// Kernels of the patches that are blurred, all in the middle of the largest one's square.
/// @return  float [n, 1, side, side]
at::Tensor blur_kernels(std::span<const PixelChange> changes,
                        const std::vector<std::int64_t>& rows) {
  std::vector<cv::Mat> kernels;
  int side = 1;
  for (const std::int64_t row : rows) {
    kernels.push_back(blur_kernel(changes[static_cast<std::size_t>(row)]));
    side = std::max(side, kernels.back().rows);
  }
  at::Tensor all = at::zeros({static_cast<std::int64_t>(rows.size()), 1, side, side});
  for (std::size_t i = 0; i < kernels.size(); ++i) {
    const int own = kernels[i].rows, margin = (side - own) / 2;
    all[static_cast<std::int64_t>(i)][0]
        .narrow(0, margin, own)
        .narrow(1, margin, own)
        .copy_(at::from_blob(kernels[i].ptr<float>(), {own, own}));
  }
  return all;
}

void blur(at::Tensor& patches, std::span<const PixelChange> changes) {
  std::vector<std::int64_t> rows;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (changes[i].blurs()) rows.push_back(static_cast<std::int64_t>(i));
  }
  if (rows.empty()) return;
  const auto count = static_cast<std::int64_t>(rows.size());
  const at::Tensor kernels =
      blur_kernels(changes, rows).to(patches.device()).repeat_interleave(3, 0);
  const std::int64_t margin = kernels.size(2) / 2;
  const at::Tensor index = at::tensor(rows, at::kLong).to(patches.device());
  const at::Tensor sharp = patches.index_select(0, index).permute({0, 3, 1, 2});
  const at::Tensor wide = at::replication_pad2d(sharp, {margin, margin, margin, margin});
  const at::Tensor flat = wide.reshape({1, 3 * count, wide.size(2), wide.size(3)});
  const std::vector<std::int64_t> one(2, 1), none(2, 0);  // stride and dilation, padding
  const at::Tensor blurred = at::conv2d(flat, kernels, {}, one, none, one, 3 * count);
  patches.index_copy_(0, index, rounded(blurred.view(sharp.sizes()).permute({0, 2, 3, 1})));
}

at::Tensor erased(const at::Tensor& patches, std::span<const PixelChange> changes) {
  const at::Tensor values =
      table(changes.size(), 7, patches.device(), [&](std::size_t i, float* to) {
        const auto& erased = changes[i].erased;
        const cv::Rect place = erased ? erased->place : cv::Rect();
        const cv::Scalar colour = erased ? erased->colour : cv::Scalar();
        const double row[7] = {double(place.x), double(place.x + place.width),
                               double(place.y), double(place.y + place.height),
                               colour[0],       colour[1],
                               colour[2]};
        std::copy(row, row + 7, to);
      });
  const at::Tensor line = at::arange(patches.size(1), values.options()).unsqueeze(0);
  const auto between = [&](std::int64_t column) {
    return line.ge(values.narrow(1, column, 1))
        .logical_and(line.lt(values.narrow(1, column + 1, 1)));
  };
  const at::Tensor inside = between(2).unsqueeze(2).logical_and(between(0).unsqueeze(1));
  return at::where(inside.unsqueeze(3), per_patch(values.narrow(1, 4, 3)), patches);
}

}  // namespace

at::Tensor cut_patches(const at::Tensor& pixels, std::span<const StoredPatch> patches, int side) {
  const at::Device device = pixels.device();
  const at::Tensor values = table(patches.size(), 9, device, [&](std::size_t i, float* to) {
    const auto& [place, view, border] = patches[i];
    const double middle = side / 2.0 - 0.5;  // continuous to pixel indices, as in cut()
    const double row[9] = {view.centre_x - 0.5 - middle * view.step_x,
                           view.step_x,
                           view.centre_y - 0.5 - middle * view.step_y,
                           view.step_y,
                           place.size.width - 1.0,
                           place.size.height - 1.0,
                           border[0],
                           border[1],
                           border[2]};
    std::copy(row, row + 9, to);
  });
  at::Tensor first = at::empty({static_cast<std::int64_t>(patches.size()), 1, 1}, at::kLong);
  for (std::size_t i = 0; i < patches.size(); ++i) {
    first.data_ptr<std::int64_t>()[i] = patches[i].place.first;
  }
  first = first.to(device);
  const Axis x = axis_of(coordinates(values, 0, side), values.narrow(1, 4, 1));
  const Axis y = axis_of(coordinates(values, 2, side), values.narrow(1, 5, 1));
  const at::Tensor width = (x.last.to(at::kLong) + 1).unsqueeze(2);
  const at::Tensor border = per_patch(values.narrow(1, 6, 3));
  at::Tensor out;
  for (const int down : {0, 1}) {
    for (const int right : {0, 1}) {
      const at::Tensor index =
          first + y.clamped(down).unsqueeze(2) * width + x.clamped(right).unsqueeze(1);
      at::Tensor colour = pixels.index_select(0, index.flatten()).to(at::kFloat);
      colour = colour.view({index.size(0), side, side, 3});
      const at::Tensor inside =
          y.inside(down).unsqueeze(2).logical_and(x.inside(right).unsqueeze(1));
      colour = at::where(inside.unsqueeze(3), colour, border);
      const at::Tensor weight = y.weight(down).unsqueeze(2) * x.weight(right).unsqueeze(1);
      colour.mul_(weight.unsqueeze(3));
      out = out.defined() ? out.add_(colour) : colour;
    }
  }
  return rounded(out);
}

at::Tensor change_pixels(at::Tensor patches, std::span<const PixelChange> changes) {
  const at::Device device = patches.device();
  const at::Tensor values = table(changes.size(), 7, device, [&](std::size_t i, float* to) {
    std::copy(changes[i].gain.begin(), changes[i].gain.end(), to);
    std::copy(changes[i].offset.begin(), changes[i].offset.end(), to + 3);
    to[6] = changes[i].grey ? 1 : 0;
  });
  const at::Tensor weights = at::tensor({kLuma[0], kLuma[1], kLuma[2]}, patches.options());
  const at::Tensor luma = (patches * weights).sum(3, /*keepdim=*/true).round();
  patches = at::where(per_patch(values.narrow(1, 6, 1)).gt(0), luma, patches);
  patches =
      rounded(patches * per_patch(values.narrow(1, 0, 3)) + per_patch(values.narrow(1, 3, 3)));
  blur(patches, changes);
  return erased(patches, changes).to(at::kByte);
}

}  // namespace siamtrack::training
