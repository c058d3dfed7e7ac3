// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstdint>
#include <fstream>
#include <memory>
#include <opencv2/core/mat.hpp>
#include <span>
#include <string>
#include <vector>

#include "training/sequence.h"

namespace siamtrack::training {

/// Largest shard file, bytes: a cache can be carried in pieces.
inline constexpr std::int64_t kShardBytes = 48'000'000;

/// Writes the pictures of a cache one after another. The index goes last, so a folder without
/// index.json is an unfinished cache.
class CacheWriter {
 public:
  /// Throws  Error(kIo) when `folder` cannot be made
  explicit CacheWriter(std::string folder, std::int64_t shard_bytes = kShardBytes);

  /// Appends one encoded picture. Throws  Error(kIo) naming the file (a full disk)
  Blob add(std::span<const std::uint8_t> bytes);

  /// Writes index.json (through a temporary name) and ends the cache.
  void finish(const std::vector<Sequence>& sequences);

 private:
  void open_shard();

  std::string folder_;
  std::int64_t shard_bytes_;
  std::int64_t offset_ = 0;
  std::vector<std::string> shards_;
  std::ofstream out_;
};

/// A finished cache, mapped into memory; processes that train on the same cache share its pages.
/// Threads  all functions may be called from several threads at once.
class Cache {
 public:
  /// Throws  Error(kIo) naming the file that is missing, truncated or no index
  explicit Cache(const std::string& folder);
  ~Cache();
  Cache(const Cache&) = delete;
  Cache& operator=(const Cache&) = delete;

  const std::vector<Sequence>& sequences() const { return sequences_; }

  /// Decodes a picture to BGR. Throws  Error(kIo) when it is damaged
  cv::Mat picture(const Blob& blob) const;
  /// Decodes a mask to one channel, 255 inside. Throws  Error(kIo) when it is damaged
  cv::Mat mask(const Blob& blob) const;

 private:
  struct Mapping {
    const std::uint8_t* data = nullptr;
    std::size_t size = 0;
  };
  cv::Mat decode(const Blob& blob, int flags) const;

  std::vector<std::string> files_;
  std::vector<Mapping> shards_;
  std::vector<Sequence> sequences_;
};

}  // namespace siamtrack::training
