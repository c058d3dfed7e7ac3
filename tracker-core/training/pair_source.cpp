// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/pair_source.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstring>
#include <opencv2/imgproc.hpp>

#include "geometry/search_region.h"
#include "siamtrack/error.h"

namespace siamtrack::training {
namespace {

constexpr int kAttempts = 8;          // draws before a place without texture is taken as it is
constexpr double kTexture = 12;       // least deviation of grey inside a random box
constexpr int kSmallestPicture = 64;  // px; a smaller one without labels shows no object
constexpr BoxLimits kRandomBoxes{0.12, 0.45, 2.2};
constexpr double kNearShift = 0.2;  // of the limit, for search patches near their target

bool has_texture(const cv::Mat& picture, const Box& box) {
  const cv::Rect place(static_cast<int>(box.x), static_cast<int>(box.y),
                       static_cast<int>(box.width), static_cast<int>(box.height));
  cv::Mat grey;
  cv::Scalar mean, deviation;
  cv::cvtColor(picture(place), grey, cv::COLOR_BGR2GRAY);
  cv::meanStdDev(grey, mean, deviation);
  return deviation[0] >= kTexture;
}

Box textured_box(const cv::Mat& picture, Random& random) {
  Box box;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    box = random_box({picture.cols, picture.rows}, kRandomBoxes, random);
    if (has_texture(picture, box)) break;
  }
  return box;
}

at::Tensor empty_patches(int count, int side) {
  return at::empty({count, side, side, 3}, at::kByte);
}

void store(const PatchPlan& plan, Pictures& pictures, const at::Tensor& to, int row) {
  cv::Mat patch = patch_of(plan, pictures);
  apply(plan.change, patch);
  std::memcpy(to[row].data_ptr<std::uint8_t>(), patch.data, patch.total() * patch.elemSize());
}

}  // namespace

at::Tensor empty_masks(const PairOptions& options, int count) {
  if (!options.masks) return {};
  return at::zeros({count, options.instance_size, options.instance_size}, at::kByte);
}

PairSource::PairSource(std::shared_ptr<const Cache> cache, PairOptions options, std::uint64_t seed)
    : cache_(std::move(cache)), options_(std::move(options)), seed_(seed) {
  collect();
}

PairSource::Entry PairSource::anywhere(const Sequence& sequence) const {
  Entry entry{&sequence, nullptr, {}};
  for (std::size_t i = 0; i < sequence.frames.size(); ++i) {
    const Size size = sequence.frames[i].size;
    if (std::min(size.width, size.height) < kSmallestPicture) continue;
    entry.frames.push_back(static_cast<int>(i));
  }
  return entry;
}

void PairSource::add(const Sequence& sequence, Set& set) const {
  std::vector<Entry> entries;
  for (const Object& object : sequence.objects) {
    Entry entry{&sequence, &object, {}};
    for (std::size_t i = 0; i < object.boxes.size(); ++i) {
      const auto& box = object.boxes[i];
      if (!box || std::min(box->width, box->height) < options_.smallest) continue;
      const bool outlined = i < object.masks.size() && !object.masks[i].empty();
      if (outlined) set.cutouts.push_back({&sequence.frames[i], object.masks[i], *box});
      if (outlined || !options_.only_outlined) entry.frames.push_back(static_cast<int>(i));
    }
    entries.push_back(std::move(entry));
  }
  if (sequence.objects.empty() && !options_.only_outlined) entries.push_back(anywhere(sequence));
  std::erase_if(entries, [](const Entry& entry) { return entry.frames.empty(); });
  if (!entries.empty()) set.sequences.push_back(std::move(entries));
}

void PairSource::collect() {
  std::map<std::string, Set> sets;
  for (const Sequence& sequence : cache_->sequences()) add(sequence, sets[sequence.set]);
  std::erase_if(sets, [](const auto& named) { return named.second.sequences.empty(); });
  for (const auto& [name, share] : options_.shares) {
    if (!sets.contains(name)) {
      throw Error(ErrorCode::kInvalidArgument,
                  "recipe: share of set " + name + ", which the cache does not have");
    }
    sets[name].share = share;
  }
  double sum = 0;
  for (auto& [name, set] : sets) {
    if (options_.shares.empty()) set.share = static_cast<double>(set.sequences.size());
    sum += set.share;
    if (set.share > 0) sets_.push_back(std::move(set));
  }
  if (sets_.empty()) throw Error(ErrorCode::kInvalidArgument, "training cache: no object to draw");
  for (Set& set : sets_) {
    set.share /= sum;
    if (!set.cutouts.empty()) outlined_share_ += set.share;
    for (const std::vector<Entry>& entries : set.sequences) {
      for (const Entry& entry : entries) {
        if (entry.object) categories_[entry.object->label].push_back(&entry);
      }
    }
  }
  if (options_.masks && outlined_share_ == 0) {
    throw Error(ErrorCode::kInvalidArgument, "training cache: expected masks, found none");
  }
}

const PairSource::Set& PairSource::draw_set(Random& random, bool outlined) const {
  double left = random.uniform() * (outlined ? outlined_share_ : 1);
  const Set* set = nullptr;
  for (const Set& candidate : sets_) {
    if (outlined && candidate.cutouts.empty()) continue;
    set = &candidate;
    left -= candidate.share;
    if (left < 0) break;
  }
  return *set;
}

const PairSource::Entry& PairSource::draw_entry(Random& random) const {
  const auto& sequences = draw_set(random, /*outlined=*/false).sequences;
  const auto& entries = sequences[random.below(static_cast<int>(sequences.size()))];
  return entries[random.below(static_cast<int>(entries.size()))];
}

const PairSource::Entry& PairSource::draw_other(const Entry& entry, Random& random) const {
  const bool alike =
      entry.object && options_.same_category > 0 && random.chance(options_.same_category);
  const Entry* other = &entry;
  for (int attempt = 0; attempt < kAttempts && other == &entry; ++attempt) {
    if (alike && 2 * attempt < kAttempts) {  // half the attempts: there may be no other
      const auto& category = categories_.at(entry.object->label);
      other = category[static_cast<std::size_t>(random.below(static_cast<int>(category.size())))];
    } else {
      other = &draw_entry(random);
    }
  }
  return *other;
}

PairSource::Shot PairSource::shot(const Entry& entry, int frame, Random& random,
                                  Pictures& pictures) const {
  const Frame& place = entry.sequence->frames[frame];
  const std::optional<Box> box = entry.object ? entry.object->boxes[frame] : std::nullopt;
  if (!box) return {&place, textured_box(pictures.of(place), random), {}};
  const std::vector<Blob>& masks = entry.object->masks;  // one per frame, or none
  return {&place, *box, masks.empty() ? Blob() : masks[frame]};
}

int PairSource::neighbour(const Entry& entry, int frame, Random& random) const {
  const auto own = options_.frame_ranges.find(entry.sequence->set);
  const int range = own == options_.frame_ranges.end() ? options_.frame_range : own->second;
  const auto low = std::lower_bound(entry.frames.begin(), entry.frames.end(), frame - range);
  const auto high = std::upper_bound(entry.frames.begin(), entry.frames.end(), frame + range);
  return low[random.below(static_cast<int>(high - low))];
}

PatchView PairSource::search_view(const Box& box, bool mirrored, Random& random) const {
  GeometryLimits limits = options_.search_geometry;
  if (random.chance(options_.near_centre)) limits.shift *= kNearShift;
  return random_view(box, options_.context_in_search(), options_.instance_size, limits, mirrored,
                     random);
}

PairPlan PairSource::draw_once(Random& random, Pictures& pictures) const {
  if (outlined_share_ > 0 && random.chance(options_.composed)) return draw_composed(random);
  const bool negative = random.chance(options_.negative);
  const bool mirrored = random.chance(options_.mirrored);
  const Entry& entry = draw_entry(random);
  const int frame = entry.frames[random.below(static_cast<int>(entry.frames.size()))];
  const Shot first = shot(entry, frame, random, pictures);
  PairPlan pair;
  pair.exemplar.view = random_view(first.box, options_.exemplar_size, options_.exemplar_size,
                                   options_.exemplar_geometry, mirrored, random);
  Shot second = first;
  pair.kind = entry.object ? PairKind::kStill : PairKind::kRandomBox;
  if (negative) {
    const Entry& other = draw_other(entry, random);
    const int any = other.frames[random.below(static_cast<int>(other.frames.size()))];
    second = shot(other, any, random, pictures);
    pair.kind = PairKind::kNegative;
  } else if (entry.object && entry.sequence->frames.size() > 1) {
    const int later = neighbour(entry, frame, random);
    if (later != frame) second = shot(entry, later, random, pictures);
    pair.kind = PairKind::kTrack;
  }
  pair.search.view = search_view(second.box, mirrored, random);
  pair.exemplar.frame = pair.exemplar.border = pair.search.border = first.frame;
  pair.search.frame = second.frame;
  (negative ? pair.distractor : pair.target) = pair.search.view.to_patch(second.box);
  if (!negative) pair.mask = second.mask;
  return pair;
}

void PairSource::draw_changes(PairPlan& pair, Random& random) const {
  const bool grey = random.chance(options_.grey);
  pair.exemplar.change = random_change(options_.exemplar_pixels, options_.exemplar_size, random);
  pair.search.change = random_change(options_.search_pixels, options_.instance_size, random);
  pair.exemplar.change.grey = pair.search.change.grey = grey;
}

void PairSource::draw(std::int64_t index, const Make& make) const {
  Random random(seed_, static_cast<std::uint64_t>(index));
  for (int attempt = 0;; ++attempt) {
    try {
      Pictures pictures(*cache_);
      PairPlan pair = draw_once(random, pictures);
      draw_changes(pair, random);
      make(pair, pictures);
      return;
    } catch (const Error&) {  // a damaged picture: draw again, give up when most are damaged
      if (attempt == kAttempts) throw;
    } catch (const cv::Exception& error) {  // a mask of another size than its picture
      if (attempt == kAttempts) throw Error(ErrorCode::kIo, "training cache: " + error.msg);
    }
    ++damaged_;
  }
}

Batch PairSource::batch(std::int64_t first, int count) const {
  Batch batch;
  batch.exemplars = empty_patches(count, options_.exemplar_size);
  batch.searches = empty_patches(count, options_.instance_size);
  batch.masks = empty_masks(options_, count);
  for (int i = 0; i < count; ++i) {
    draw(first + i, [&](const PairPlan& pair, Pictures& pictures) {
      store(pair.exemplar, pictures, batch.exemplars, i);
      store(pair.search, pictures, batch.searches, i);
      add_pair(pair, *cache_, batch);
    });
  }
  return batch;
}

}  // namespace siamtrack::training
