// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <stdexcept>
#include <string>

#include "siamtrack/export.h"

namespace siamtrack {

/// What went wrong, in the terms a caller can act on.
enum class ErrorCode {
  kModelNotFound,     ///< no such file or short name
  kModelUnreadable,   ///< permission, not a regular file, truncated
  kModelInvalid,      ///< not a model file, wrong architecture, keys or shapes
  kDevice,            ///< no CUDA in this build or on this machine
  kOutOfMemory,       ///< allocation failed
  kUnsupportedInput,  ///< pixel format or frame geometry the core cannot read
  kRejectedBox,       ///< initial box that cannot be tracked
  kInvalidArgument,   ///< option or value outside its range
  kLibrary,           ///< libsiamtrack or what it needs could not be loaded (elements only)
  kIo,                ///< a data set, result or image file could not be read or written
  kInternal,          ///< anything else
};

/// The only exception type that leaves the core. The text reads "what, expected, actual".
class SIAMTRACK_API Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  ErrorCode code() const noexcept { return code_; }

 private:
  ErrorCode code_;
};

}  // namespace siamtrack
