// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/picture_store.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <cmath>
#include <opencv2/core.hpp>
#include <span>
#include <vector>

#include "siamtrack/error.h"

namespace siamtrack::training {
namespace {

constexpr std::int64_t kChannels = 3;
constexpr std::size_t kAtOnce = 64;  // pictures decoded before they are uploaded

std::int64_t pixel_count(const Frame& frame) {
  return std::int64_t{frame.size.width} * frame.size.height;
}

std::vector<const Frame*> all_frames(const Cache& cache) {
  std::vector<const Frame*> frames;
  for (const Sequence& sequence : cache.sequences()) {
    for (const Frame& frame : sequence.frames) frames.push_back(&frame);
  }
  return frames;
}

/// Empty for a damaged picture, and for one whose size is not what the index says.
cv::Mat decoded(const Cache& cache, const Frame& frame) {
  try {
    cv::Mat picture = cache.picture(frame.picture);
    return picture.size() == cv::Size(frame.size.width, frame.size.height) ? picture : cv::Mat();
  } catch (const Error&) {
    return {};  // drawn from the cache, it is counted and replaced
  }
}

}  // namespace

PictureStore::PictureStore(const Cache& cache, at::Device device, std::int64_t budget) {
  std::vector<const Frame*> fitting;
  std::int64_t total = 0;
  for (const Frame* frame : all_frames(cache)) {
    const bool fits = (total + pixel_count(*frame)) * kChannels <= budget;
    if (fits) {
      fitting.push_back(frame);
      total += pixel_count(*frame);
    } else {
      ++left_out_;
    }
  }
  pixels_ = at::empty({total, kChannels}, at::TensorOptions(at::kByte).device(device));
  std::int64_t used = 0;
  for (std::size_t start = 0; start < fitting.size(); start += kAtOnce) {
    const std::span<const Frame*> part =
        std::span(fitting).subspan(start, std::min(kAtOnce, fitting.size() - start));
    std::vector<cv::Mat> pictures(part.size());
    at::parallel_for(0, static_cast<std::int64_t>(part.size()), 1,
                     [&](std::int64_t begin, std::int64_t end) {
                       for (auto i = static_cast<std::size_t>(begin); i < std::size_t(end); ++i) {
                         pictures[i] = decoded(cache, *part[i]);
                       }
                     });
    for (std::size_t i = 0; i < part.size(); ++i) {
      if (pictures[i].empty()) {
        ++left_out_;
        continue;
      }
      const cv::Scalar mean = cv::mean(pictures[i]);
      Place place{used, part[i]->size, {}};
      for (int c = 0; c < 3; ++c) place.mean[c] = std::nearbyint(static_cast<float>(mean[c]));
      const std::int64_t count = pixel_count(*part[i]);
      pixels_.narrow(0, used, count)
          .copy_(at::from_blob(pictures[i].data, {count, kChannels}, at::kByte));
      places_[part[i]] = place;
      used += count;
    }
  }
}

const PictureStore::Place* PictureStore::find(const Frame& frame) const {
  const auto found = places_.find(&frame);
  return found == places_.end() ? nullptr : &found->second;
}

}  // namespace siamtrack::training
