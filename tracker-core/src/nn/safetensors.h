// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "nn/weights.h"
#include "siamtrack/error.h"

namespace siamtrack::nn {

/// A model file: named tensors and what the file says about itself.
struct ModelFile {
  Weights weights;          ///< float32, on the CPU
  nlohmann::json metadata;  ///< architecture, backbone, hyper_parameters, licence, ...
};

/// The value that JSON `text` stands for; a discarded one when it is no JSON.
/// @param what  the text is, for the error
/// Throws  Error(code) when it nests more than 32 deep: copies of a value recurse, and a file must
///         not choose how far
nlohmann::json parse_json(std::string_view text, ErrorCode code, const std::string& what);

/// Reads a model file: safetensors with the metadata as JSON text under the key "siamtrack".
///
/// Layout: 8 bytes header length (little endian), JSON header, tensor data. float16 and bfloat16
/// are widened to float32; integer tensors are kept out. All numbers must be finite. A check sum
/// under "crc32", when there is one, covers metadata and data.
///
/// Throws  Error(kModelNotFound | kModelUnreadable | kModelInvalid); the text names the file, what
///         was expected and what was found
ModelFile read_model_file(const std::string& path);

/// Writes a model file with a check sum: first beside it, then renamed, so that there is never half
/// a file at `path`.
/// Throws  Error(kIo)
void write_model_file(const std::string& path, const ModelFile& model);

}  // namespace siamtrack::nn
