// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "training/compose.h"
#include "training/pair_plan.h"

namespace siamtrack::training {

/// Which pairs are drawn and how they are changed.
struct PairOptions {
  int exemplar_size = 127;  ///< px
  int instance_size = 255;  ///< px
  int search_context = 0;   ///< px of the target's context square there; 0: exemplar_size
  /// How often each set is drawn; need not sum to 1. Empty: by its number of sequences.
  std::map<std::string, double> shares;
  double composed = 0;       ///< fraction of pairs composed from masks
  double negative = 0;       ///< fraction of pairs without a target
  double same_category = 0;  ///< fraction of those that show an object of the same category
  double mirrored = 0.5;     ///< fraction of pairs mirrored (both patches alike)
  double grey = 0;           ///< fraction of pairs without colour (both patches alike)
  int frame_range = 100;     ///< largest distance of the two frames of a clip, stored frames
  std::map<std::string, int> frame_ranges;  ///< the same for single sets
  double smallest = 10;                     ///< shortest side of an object that is drawn, frame px
  GeometryLimits exemplar_geometry{4, 0.05, 0};
  GeometryLimits search_geometry{64, 0.16, 0.05};
  double near_centre = 0.3;  ///< fraction of search patches whose shift is a fifth of the limit
  PixelLimits exemplar_pixels;
  PixelLimits search_pixels;
  bool masks = false;          ///< batches carry the targets' outlines
  bool only_outlined = false;  ///< draw no object whose outline is not known

  int context_in_search() const { return search_context > 0 ? search_context : exemplar_size; }
};

/// Where a batch takes the outlines of its targets; undefined when they are not asked for.
at::Tensor empty_masks(const PairOptions& options, int count);

/// An endless, random-access stream of training pairs from a cache. Pair i is a pure function of
/// (cache, options, seed, i).
/// Threads  batch() may be called from several threads at once
class PairSource {
 public:
  /// Throws  Error(kInvalidArgument) when a share names a set that the cache does not have, or
  ///         masks are asked for and none of the sets that are drawn has any
  PairSource(std::shared_ptr<const Cache> cache, PairOptions options, std::uint64_t seed);

  /// Pairs first .. first + count - 1.
  Batch batch(std::int64_t first, int count) const;

  /// Draws pair `index` and gives it to `make`; draws another one when that throws Error, as for a
  /// damaged picture. A composed pair is drawn on the CPU.
  using Make = std::function<void(const PairPlan& plan, Pictures& pictures)>;
  void draw(std::int64_t index, const Make& make) const;

  const PairOptions& options() const { return options_; }
  const Cache& cache() const { return *cache_; }

  /// Pictures and masks that were of no use so far; another pair took their place.
  int damaged() const { return damaged_; }

 private:
  /// An object that can be drawn: its frames with a box of useful size.
  struct Entry {
    const Sequence* sequence = nullptr;
    const Object* object = nullptr;  ///< null: a random place
    std::vector<int> frames;
  };
  struct Set {
    std::vector<std::vector<Entry>> sequences;
    std::vector<Cutout> cutouts;
    double share = 0;
  };
  struct Shot {  ///< one object in one frame
    const Frame* frame = nullptr;
    Box box;
    Blob mask;  ///< empty: none
  };

  void collect();
  void add(const Sequence& sequence, Set& set) const;  ///< what can be drawn from it
  Entry anywhere(const Sequence& sequence) const;      ///< of a clip that nobody labelled
  PairPlan draw_once(Random& random, Pictures& pictures) const;

  // Composed pairs (draw_composed.cpp).
  PairPlan draw_composed(Random& random) const;
  void cut_backgrounds(PairPlan& pair, Random& random) const;
  /// Pastes any other object at `distance` px from the target's centre.
  /// @return  its opacity, CV_32F
  cv::Mat add_other(cv::Mat& patch, const Box& target, double distance, Random& random) const;
  const Cutout& any_cutout(Random& random) const;
  const Frame& any_frame(Random& random) const;

  /// One of sets_ by its share; `outlined`: of those that have cut-outs.
  const Set& draw_set(Random& random, bool outlined) const;
  const Entry& draw_entry(Random& random) const;
  /// Another object than that of `entry`, of its category where asked for and possible.
  const Entry& draw_other(const Entry& entry, Random& random) const;
  Shot shot(const Entry& entry, int frame, Random& random, Pictures& pictures) const;
  int neighbour(const Entry& entry, int frame, Random& random) const;
  PatchView search_view(const Box& box, bool mirrored, Random& random) const;
  void draw_changes(PairPlan& pair, Random& random) const;

  std::shared_ptr<const Cache> cache_;
  PairOptions options_;
  std::uint64_t seed_;
  std::vector<Set> sets_;
  std::map<std::string, std::vector<const Entry*>> categories_;  ///< by the objects' labels
  double outlined_share_ = 0;                                    ///< of the sets that have cut-outs
  mutable std::atomic<int> damaged_ = 0;
};

}  // namespace siamtrack::training
