// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <vector>

#include "nn/heads/nanotrack.h"
#include "nn/heads/outline.h"
#include "systems/hyper_parameters.h"
#include "systems/look.h"

namespace siamtrack {

/// How targets are outlined; not published.
struct OutlineParameters {
  int size = 255;          ///< side of the patch, network px
  int context = 191;       ///< of these px the target's context square spans so many
  double threshold = 0.5;  ///< probability above which a pixel is the target's
  double share = 1;        ///< of between(), where the outline's box fits the given one
};

/// Outlines what a NanoTrack follows (nn/heads/outline.h). The outline of one frame tells where to
/// look for it in the next; it stands in the target's template, behind the kernel.
class Outliner {
 public:
  explicit Outliner(const OutlineParameters& parameters);

  const OutlineParameters& parameters() const { return parameters_; }
  const nn::OutlineNetwork& network() const { return network_; }

  /// Takes the form for inference; changes `weights` to match.
  void prepare(nn::Weights& weights);

  /// Adds what outlines need to the template with these features of the tracker's backbone.
  void extend(Template& exemplar, const at::Tensor& z_features, const nn::Weights& weights) const;

  /// System::outline()
  std::vector<Outlined> outline(const nn::Weights& weights, const at::Tensor& patches,
                                std::span<const Template* const> templates,
                                std::span<const TrackState> found,
                                std::span<const SearchPlan> plans, Size frame) const;

 private:
  at::Tensor no_place() const;

  OutlineParameters parameters_;
  nn::OutlineNetwork network_;
};

/// metadata "outline": true in model files whose targets are outlined. Reads "outline_size",
/// "outline_context", "outline_threshold", "outline_share" and "outline": false, which does
/// without. Throws  Error(kModelInvalid) for values out of range and for networks that cannot be
/// outlined
std::optional<Outliner> make_outliner(const nlohmann::json& metadata,
                                      const nn::NanoTrackShape& shape, HyperParameters& values);

}  // namespace siamtrack
