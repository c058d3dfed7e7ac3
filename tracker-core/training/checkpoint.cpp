// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/checkpoint.h"

#include <torch/csrc/jit/serialization/pickle.h>

#include <fstream>
#include <iterator>

#include "siamtrack/error.h"
#include "training/replace_file.h"

namespace siamtrack::training {
namespace {

constexpr char kMagic[] = "siamtrack checkpoint 1";

using Dict = c10::Dict<std::string, at::Tensor>;

Dict to_dict(const nn::Weights& weights) {
  Dict dict;
  for (const auto& [key, tensor] : weights) dict.insert(key, tensor.detach().cpu().clone());
  return dict;
}

nn::Weights to_weights(const c10::IValue& value) {
  nn::Weights weights;
  for (const auto& entry : value.toGenericDict()) {
    weights[entry.key().toStringRef()] = entry.value().toTensor();
  }
  return weights;
}

}  // namespace

void write_checkpoint(const std::string& path, const Checkpoint& checkpoint) {
  std::vector<c10::IValue> fields{std::string(kMagic),         checkpoint.architecture,
                                  checkpoint.recipe,           checkpoint.step,
                                  checkpoint.seconds,          checkpoint.optimiser,
                                  to_dict(checkpoint.weights), to_dict(checkpoint.average)};
  const c10::IValue row = c10::ivalue::Tuple::create(std::move(fields));
  const std::vector<char> bytes = torch::jit::pickle_save(row);
  replace_file(path, {bytes.data(), bytes.size()}, "checkpoint");
}

Checkpoint read_checkpoint(const std::string& path, const std::string& architecture) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw Error(ErrorCode::kIo, "checkpoint " + path + ": cannot be opened");
  const std::vector<char> bytes(std::istreambuf_iterator<char>(in), {});
  Checkpoint checkpoint;
  try {
    const c10::IValue row = torch::jit::pickle_load(bytes);
    const auto& fields = row.toTupleRef().elements();
    if (fields.size() != 8 || fields[0].toStringRef() != kMagic) {
      throw Error(ErrorCode::kIo, "checkpoint " + path + ": not one of siamtrack's");
    }
    checkpoint.architecture = fields[1].toStringRef();
    checkpoint.recipe = fields[2].toStringRef();
    checkpoint.step = fields[3].toInt();
    checkpoint.seconds = fields[4].toDouble();
    checkpoint.optimiser = fields[5].toStringRef();
    checkpoint.weights = to_weights(fields[6]);
    checkpoint.average = to_weights(fields[7]);
  } catch (const c10::Error& error) {
    throw Error(ErrorCode::kIo, "checkpoint " + path + ": damaged: " + error.msg());
  }
  if (checkpoint.architecture != architecture) {
    throw Error(ErrorCode::kModelInvalid, "checkpoint " + path + ": expected network " +
                                              architecture + ", found " + checkpoint.architecture);
  }
  return checkpoint;
}

}  // namespace siamtrack::training
