// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/cache.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <opencv2/imgcodecs.hpp>

#include "siamtrack/error.h"
#include "training/cache_index.h"

namespace siamtrack::training {
namespace {

constexpr char kIndexName[] = "index.json";

[[noreturn]] void fail(const std::string& what) { throw Error(ErrorCode::kIo, what); }

std::string shard_name(std::size_t number) {
  const std::string digits = std::to_string(number);
  return "shard-" + std::string(digits.size() < 4 ? 4 - digits.size() : 0, '0') + digits + ".bin";
}

}  // namespace

CacheWriter::CacheWriter(std::string folder, std::int64_t shard_bytes)
    : folder_(std::move(folder)), shard_bytes_(shard_bytes) {
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (error) fail("training cache " + folder_ + ": cannot be made: " + error.message());
  std::filesystem::remove(folder_ + "/" + kIndexName, error);
}

void CacheWriter::open_shard() {
  out_.close();
  shards_.push_back(shard_name(shards_.size()));
  const std::string path = folder_ + "/" + shards_.back();
  if (std::filesystem::is_regular_file(std::filesystem::symlink_status(path))) {
    std::filesystem::remove(path);  // a run that has the old one mapped keeps it
  }
  out_.open(path, std::ios::binary | std::ios::trunc);
  if (!out_) fail("training cache: cannot write " + path);
  offset_ = 0;
}

Blob CacheWriter::add(std::span<const std::uint8_t> bytes) {
  const auto size = static_cast<std::int64_t>(bytes.size());
  if (shards_.empty() || (offset_ > 0 && offset_ + size > shard_bytes_)) open_shard();
  out_.write(reinterpret_cast<const char*>(bytes.data()), size);
  if (!out_.flush()) {
    fail("training cache: writing " + folder_ + "/" + shards_.back() +
         " failed (is the disk full?)");
  }
  const Blob blob{static_cast<int>(shards_.size()) - 1, offset_, size};
  offset_ += size;
  return blob;
}

void CacheWriter::finish(const std::vector<Sequence>& sequences) {
  out_.close();
  const std::string path = folder_ + "/" + kIndexName;
  write_index(path + ".part", {shards_, sequences});
  std::filesystem::rename(path + ".part", path);
}

Cache::Cache(const std::string& folder) {
  CacheIndex index = read_index(folder + "/" + kIndexName);
  sequences_ = std::move(index.sequences);
  for (const std::string& name : index.shards) {
    files_.push_back(folder + "/" + name);
    const int file = ::open(files_.back().c_str(), O_RDONLY | O_CLOEXEC);
    struct stat status {};
    if (file < 0 || ::fstat(file, &status) != 0) fail("training cache: missing " + files_.back());
    const auto size = static_cast<std::size_t>(status.st_size);
    void* data = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file, 0);
    ::close(file);
    if (data == MAP_FAILED) fail("training cache: cannot map " + files_.back());
    shards_.push_back({static_cast<const std::uint8_t*>(data), size});
  }
}

Cache::~Cache() {
  for (const Mapping& shard : shards_) {
    ::munmap(const_cast<std::uint8_t*>(shard.data), shard.size);
  }
}

cv::Mat Cache::decode(const Blob& blob, int flags) const {
  if (blob.empty() || blob.shard >= static_cast<int>(shards_.size())) {
    fail("training cache: a picture without a shard");
  }
  const Mapping& shard = shards_[blob.shard];
  const std::string& file = files_[blob.shard];
  if (blob.offset < 0 || blob.bytes <= 0 ||
      static_cast<std::size_t>(blob.offset + blob.bytes) > shard.size) {
    fail("training cache " + file + ": expected at least " +
         std::to_string(blob.offset + blob.bytes) + " bytes, found " + std::to_string(shard.size));
  }
  const cv::Mat bytes(1, static_cast<int>(blob.bytes), CV_8U,
                      const_cast<std::uint8_t*>(shard.data + blob.offset));
  cv::Mat picture = cv::imdecode(bytes, flags);
  if (picture.empty()) {
    fail("training cache " + file + ": damaged picture at byte " + std::to_string(blob.offset));
  }
  return picture;
}

cv::Mat Cache::picture(const Blob& blob) const { return decode(blob, cv::IMREAD_COLOR); }

cv::Mat Cache::mask(const Blob& blob) const { return decode(blob, cv::IMREAD_GRAYSCALE); }

}  // namespace siamtrack::training
