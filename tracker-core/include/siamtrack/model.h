// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <memory>
#include <string>

#include "siamtrack/config.h"
#include "siamtrack/export.h"

namespace siamtrack {

/// What a model file says about itself and where it runs.
struct ModelInfo {
  std::string path;          ///< file it was read from
  std::string architecture;  ///< "siamfc", "siamfc+", "siamrpn", ... (see docs/models)
  std::string backbone;      ///< "alexnet", "ciresnet22", ...
  std::string device;        ///< "cpu" or "cuda:0"
  std::string licence;       ///< SPDX expression, empty when the file has none
  long long parameters = 0;  ///< trainable numbers
  int exemplar_size = 0;     ///< side of the exemplar patch, px
  int instance_size = 0;     ///< side of the search patch, px
  int looks = 1;  ///< searches per frame for a target in sight; an outline is one pass more
};

/// Network, anchors and windows of one tracker: immutable, shared by any number of targets,
/// elements and threads.
class SIAMTRACK_API Model {
 public:
  /// Loads a model by path or by short name ("default"), looked up as NAME.safetensors in the
  /// folders of SIAMTRACK_MODEL_PATH (colon-separated) and in the installed data directory.
  ///
  /// Throws  Error(kModelNotFound | kModelUnreadable | kModelInvalid | kDevice | kOutOfMemory), and
  ///         Error(kInvalidArgument) for a preset that there is not or overrides that are no JSON
  ///         object; the text names the file, what was expected and what was found
  static std::shared_ptr<const Model> load(const std::string& name_or_path,
                                           const ModelOptions& options = {});

  ~Model();
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;

  const ModelInfo& info() const noexcept;

  struct Impl;
  const Impl& impl() const noexcept { return *impl_; }

 private:
  explicit Model(std::unique_ptr<const Impl> impl);
  std::unique_ptr<const Impl> impl_;
};

/// The file that a path or short name stands for.
/// Throws  Error(kModelNotFound) that lists every folder looked into
SIAMTRACK_API std::string find_model(const std::string& name_or_path);

}  // namespace siamtrack
