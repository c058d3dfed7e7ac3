// SPDX-License-Identifier: LGPL-2.1-or-later
#include <array>

#include "siamtrack/error.h"
#include "training/readers/readers.h"

namespace siamtrack::training {
namespace {

/// A folder that is nearly right, or of which all was left out, would make an empty cache.
std::vector<SourceSequence> not_empty(std::vector<SourceSequence> sequences,
                                      const std::string& format, const std::string& folder,
                                      const Complaints& complaints) {
  if (!sequences.empty()) return sequences;
  const std::string why = complaints.total() > 0 ? "; left out:\n" + complaints.text() : "";
  throw Error(ErrorCode::kIo, "data set " + format + ":" + folder +
                                  ": expected pictures with annotation, found none" + why);
}

}  // namespace

std::vector<SourceSequence> read_dataset(const std::string& format, const std::string& folder,
                                         Complaints& complaints) {
  using Reader = std::vector<SourceSequence> (*)(const std::string&, Complaints&);
  constexpr std::array<std::pair<const char*, Reader>, 9> kReaders{{
      {"plain", read_plain},
      {"vid", read_imagenet_vid},
      {"det", read_imagenet_det},
      {"got10k", read_got10k},
      {"lasot", read_lasot},
      {"youtube-bb", read_youtube_bb},
      {"coco", read_coco},
      {"youtube-vos", read_youtube_vos},
      {"davis", read_davis},
  }};
  std::string known;
  for (const auto& [name, reader] : kReaders) {
    if (format == name) return not_empty(reader(folder, complaints), format, folder, complaints);
    known += std::string(" ") + name;
  }
  throw Error(ErrorCode::kInvalidArgument,
              "data set format: expected one of" + known + ", found " + format);
}

}  // namespace siamtrack::training
