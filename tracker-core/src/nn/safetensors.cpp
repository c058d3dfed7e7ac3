// SPDX-License-Identifier: LGPL-2.1-or-later
#include "nn/safetensors.h"

#include <ATen/ATen.h>
#include <zlib.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>

namespace siamtrack::nn {
namespace {

using nlohmann::json;
static_assert(std::endian::native == std::endian::little, "safetensors is little endian");

constexpr std::size_t kLengthBytes = 8;
constexpr std::size_t kMaxHeaderBytes = 16u << 20;  // far above any published network's table
constexpr const char* kMetadataKey = "__metadata__";
constexpr const char* kOurKey = "siamtrack";
constexpr const char* kChecksumKey = "crc32";

[[noreturn]] void fail(ErrorCode code, const std::string& path, const std::string& what) {
  throw Error(code, "model file " + path + ": " + what);
}

std::string read_bytes(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) fail(ErrorCode::kModelNotFound, path, "no such file");
  if (!fs::is_regular_file(status)) {
    fail(ErrorCode::kModelUnreadable, path, "expected a regular file, found another kind of file");
  }
  std::ifstream file(path, std::ios::binary);
  std::string bytes(fs::file_size(path, error), '\0');
  if (!file || !file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()))) {
    fail(ErrorCode::kModelUnreadable, path, std::string("cannot read: ") + std::strerror(errno));
  }
  return bytes;
}

struct Parts {
  json header;
  std::string_view data;
};

Parts split(const std::string& bytes, const std::string& path) {
  if (bytes.size() < kLengthBytes) {
    fail(ErrorCode::kModelUnreadable, path,
         "expected at least 8 bytes, found " + std::to_string(bytes.size()));
  }
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), kLengthBytes);
  if (length > kMaxHeaderBytes) {
    fail(ErrorCode::kModelInvalid, path,
         "expected a safetensors header of at most " + std::to_string(kMaxHeaderBytes) +
             " bytes, found a length of " + std::to_string(length));
  }
  if (length > bytes.size() - kLengthBytes) {
    fail(ErrorCode::kModelUnreadable, path,
         "truncated: expected a header of " + std::to_string(length) + " bytes, found " +
             std::to_string(bytes.size() - kLengthBytes));
  }
  const std::string_view all = bytes;
  json header = parse_json(all.substr(kLengthBytes, length), ErrorCode::kModelInvalid,
                           "model file " + path + ": header");
  if (!header.is_object()) {
    fail(ErrorCode::kModelInvalid, path, "expected a JSON object as header, found something else");
  }
  return {std::move(header), all.substr(kLengthBytes + length)};
}

struct Dtype {
  at::ScalarType type;
  std::size_t bytes;
};

const std::map<std::string, Dtype, std::less<>>& dtypes() {
  static const std::map<std::string, Dtype, std::less<>> table{
      {"F64", {at::kDouble, 8}},    {"F32", {at::kFloat, 4}}, {"F16", {at::kHalf, 2}},
      {"BF16", {at::kBFloat16, 2}}, {"I64", {at::kLong, 8}},  {"I32", {at::kInt, 4}},
      {"U8", {at::kByte, 1}}};
  return table;
}

/// Number of elements; throws when it is negative or overflows.
std::size_t element_count(const std::vector<std::int64_t>& shape) {
  std::size_t count = 1;
  for (const std::int64_t size : shape) {
    if (size < 0) throw std::out_of_range("negative size");
    const auto extent = static_cast<std::size_t>(size);
    if (extent != 0 && count > std::numeric_limits<std::uint32_t>::max() / extent) {
      throw std::out_of_range("too many elements");
    }
    count *= extent;
  }
  return count;
}

/// One tensor of the header. Throws std::exception on any field that is not as it should be.
at::Tensor read_tensor(const json& entry, std::string_view data) {
  const Dtype dtype = dtypes().at(entry.at("dtype").get<std::string>());
  const auto shape = entry.at("shape").get<std::vector<std::int64_t>>();
  const auto offsets = entry.at("data_offsets").get<std::array<std::size_t, 2>>();
  const std::size_t wanted = element_count(shape) * dtype.bytes;
  if (offsets[0] > offsets[1] || offsets[1] > data.size() || offsets[1] - offsets[0] != wanted) {
    throw std::out_of_range("expected " + std::to_string(wanted) + " bytes of " +
                            std::to_string(data.size()) + ", found offsets " +
                            std::to_string(offsets[0]) + " to " + std::to_string(offsets[1]));
  }
  at::Tensor tensor = at::empty(shape, at::dtype(dtype.type));
  if (wanted != 0) std::memcpy(tensor.data_ptr(), data.data() + offsets[0], wanted);
  return at::isFloatingType(dtype.type) ? tensor.to(at::kFloat) : tensor;
}

/// Whether there is neither NaN nor infinity among the numbers. A loop, because LibTorch's own
/// would start threads, and who reads a file may fork later (evaluation/jobs.h).
bool is_finite(const at::Tensor& tensor) {
  const auto* first = tensor.data_ptr<float>();
  return std::all_of(first, first + tensor.numel(),
                     [](float value) { return std::isfinite(value); });
}

std::string checksum(std::string_view metadata, std::string_view data) {
  const auto* first = reinterpret_cast<const Bytef*>(metadata.data());
  const auto* second = reinterpret_cast<const Bytef*>(data.data());
  const uLong crc = crc32_z(crc32_z(0, first, metadata.size()), second, data.size());
  return std::to_string(crc);
}

json read_metadata(const Parts& parts, const std::string& path) {
  const json table = parts.header.value(kMetadataKey, json::object());
  const json text = table.is_object() ? table.value(kOurKey, json()) : json();
  if (!text.is_string()) {
    fail(ErrorCode::kModelInvalid, path,
         "expected metadata under the key \"siamtrack\", found none");
  }
  const auto& found = text.get_ref<const std::string&>();
  const json sum = table.value(kChecksumKey, json());
  if (sum.is_string() && sum.get<std::string>() != checksum(found, parts.data)) {
    fail(ErrorCode::kModelInvalid, path,
         "damaged: expected check sum " + sum.get<std::string>() + ", found " +
             checksum(found, parts.data));
  }
  json metadata = parse_json(found, ErrorCode::kModelInvalid, "model file " + path + ": metadata");
  if (!metadata.is_object()) {
    fail(ErrorCode::kModelInvalid, path, "expected a JSON object as metadata, found another text");
  }
  return metadata;
}

}  // namespace

json parse_json(std::string_view text, ErrorCode code, const std::string& what) {
  const auto bounded = [&](int depth, json::parse_event_t, const json&) {
    constexpr int kDeepest = 32;  // far above any model's metadata
    if (depth <= kDeepest) return true;
    throw Error(code, what + ": expected JSON nested at most " + std::to_string(kDeepest) +
                          " deep, found deeper");
  };
  return json::parse(text, bounded, /*allow_exceptions=*/false);
}

ModelFile read_model_file(const std::string& path) {
  const std::string bytes = read_bytes(path);
  const Parts parts = split(bytes, path);
  ModelFile model;
  for (const auto& [key, entry] : parts.header.items()) {
    if (key == kMetadataKey) continue;
    at::Tensor tensor;
    try {
      tensor = read_tensor(entry, parts.data);
    } catch (const std::bad_alloc&) {
      throw;
    } catch (const std::exception& error) {
      fail(ErrorCode::kModelUnreadable, path,
           "truncated or damaged tensor " + key + ": " + error.what());
    }
    if (!tensor.is_floating_point()) continue;
    if (!is_finite(tensor)) {
      fail(ErrorCode::kModelInvalid, path,
           "tensor " + key + ": expected finite numbers, found NaN or infinity");
    }
    model.weights.emplace(key, std::move(tensor));
  }
  model.metadata = read_metadata(parts, path);
  return model;
}

void write_model_file(const std::string& path, const ModelFile& model) {
  json header = json::object();
  std::string data;
  for (const auto& [key, value] : model.weights) {
    const at::Tensor tensor = value.detach().to(at::kCPU, at::kFloat).contiguous();
    const std::size_t begin = data.size();
    data.append(static_cast<const char*>(tensor.data_ptr()), tensor.nbytes());
    header[key] = {
        {"dtype", "F32"}, {"shape", tensor.sizes().vec()}, {"data_offsets", {begin, data.size()}}};
  }
  const std::string metadata = model.metadata.dump();
  header[kMetadataKey] = {{kOurKey, metadata}, {kChecksumKey, checksum(metadata, data)}};
  std::string text = header.dump();
  text.resize((text.size() + kLengthBytes - 1) / kLengthBytes * kLengthBytes, ' ');
  const std::uint64_t length = text.size();

  const std::string partial = path + ".partial";
  std::ofstream file(partial, std::ios::binary | std::ios::trunc);
  file.write(reinterpret_cast<const char*>(&length), sizeof length);
  file << text << data;
  file.close();
  std::error_code error;
  if (file) std::filesystem::rename(partial, path, error);
  if (!file || error) {
    std::filesystem::remove(partial, error);
    fail(ErrorCode::kIo, path, std::string("cannot write: ") + std::strerror(errno));
  }
}

}  // namespace siamtrack::nn
