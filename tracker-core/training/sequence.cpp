// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/sequence.h"

namespace siamtrack::training {
namespace {
constexpr std::size_t kExamples = 3;  // named per reason
}

void Complaints::add(const std::string& reason, const std::string& what) {
  Entry& entry = entries_[reason];
  ++entry.count;
  if (entry.examples.size() < kExamples) entry.examples.push_back(what);
}

void Complaints::add(const Complaints& later) {
  for (const auto& [reason, more] : later.entries_) {
    Entry& entry = entries_[reason];
    entry.count += more.count;
    for (const std::string& what : more.examples) {
      if (entry.examples.size() < kExamples) entry.examples.push_back(what);
    }
  }
}

int Complaints::total() const {
  int sum = 0;
  for (const auto& [reason, entry] : entries_) sum += entry.count;
  return sum;
}

int Complaints::count(const std::string& reason) const {
  const auto found = entries_.find(reason);
  return found == entries_.end() ? 0 : found->second.count;
}

std::string Complaints::text() const {
  std::string text;
  for (const auto& [reason, entry] : entries_) {
    text += reason + ": " + std::to_string(entry.count);
    for (std::size_t i = 0; i < entry.examples.size(); ++i) {
      text += (i == 0 ? " (" : ", ") + entry.examples[i];
    }
    const bool more = entry.count > static_cast<int>(entry.examples.size());
    text += more ? ", ...)\n" : ")\n";
  }
  return text;
}

}  // namespace siamtrack::training
