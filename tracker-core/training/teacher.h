// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <vector>

#include "nn/safetensors.h"
#include "training/batch.h"
#include "training/nanotrack_steps.h"

namespace siamtrack::training {

/// A trained NanoTrack v3 that answers for training pairs; its weights do not change.
class Teacher {
 public:
  static constexpr int kExemplarSize = 127;  ///< px
  static constexpr int kInstanceSize = 255;  ///< px
  static constexpr int kStride = 16;         ///< px per cell
  static constexpr double kHalfTarget = 33;  ///< px: half a usual target in a search patch

  /// What the teacher says about a batch.
  struct Lesson {
    std::vector<at::Tensor> steps;  ///< result of each of NanoTrackSteps' steps
    at::Tensor z_features;          ///< of the exemplars [B, 96, 8, 8]
    at::Tensor x_features;          ///< of the search patches [B, 96, 16, 16]
    NanoTrackSteps::Output output;
  };

  /// Throws  Error(kModelInvalid) when `file` is another network
  Teacher(nn::ModelFile file, const at::Device& device);

  /// @param z, x  exemplars and search patches, as for NanoTrackSteps::run()
  Lesson teach(const at::Tensor& z, const at::Tensor& x) const;

 private:
  nn::Weights weights_;
  NanoTrackSteps network_;
};

/// A batch's patches as the network takes them: [B, 3, S, S] on `device`, in its layout.
at::Tensor network_input(const at::Tensor& patches, const at::Device& device,
                         at::ScalarType type = at::kFloat);

/// Fresh weights of a NanoTrack: Kaiming-normal kernels, channel gates with a spread that keeps
/// their inputs' size, and box sides that start at `half_target` px.
nn::Weights nanotrack_initial_weights(const nn::Sequence& layers, double half_target,
                                      std::uint64_t seed);

}  // namespace siamtrack::training
