// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>
#include <vector>

#include "training/recipe.h"
#include "training/task.h"

namespace torch::optim {
class Optimizer;
}

namespace siamtrack::training {

/// SGD with momentum or AdamW over tensors whose step sizes differ by factors.
class Optimiser {
 public:
  struct Parameter {
    at::Tensor tensor;  ///< a leaf that requires its gradient
    double factor = 1;  ///< on the step size
  };

  /// AdamW lets weight decay act on kernels alone. @param parameters  all on one device
  Optimiser(const OptimiserRecipe& recipe, const std::vector<Parameter>& parameters);
  ~Optimiser();

  /// Undefines them: a tensor that the next batch gives none stays as it is.
  void zero_gradients();

  /// Clips the gradient's norm over all tensors as the recipe says, then makes one step.
  /// @return  false when the gradient is not finite: nothing has changed
  bool step(double rate);

  /// The moments, for a checkpoint; the same on every device.
  std::string state() const;
  /// Throws  c10::Error when `state` is of other parameters
  void restore(const std::string& state);

 private:
  double clip_;
  at::Device device_;  ///< of the tensors
  std::vector<at::Tensor> tensors_;
  std::vector<double> factors_;  ///< one per group of the optimiser
  std::unique_ptr<torch::optim::Optimizer> optimiser_;
};

/// Moves the weights to `device`, kernels into the layout that training is quickest with.
void move_to(nn::Weights& weights, const at::Device& device);

/// What of `weights` is trained at `progress`; lets gradients flow there and nowhere else.
std::vector<Optimiser::Parameter> trained_parameters(const Task& task, nn::Weights& weights,
                                                     double progress);

}  // namespace siamtrack::training
