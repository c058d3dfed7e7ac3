// SPDX-License-Identifier: LGPL-2.1-or-later
#include "evaluation/binary_regions.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>

#include "siamtrack/error.h"

static_assert(std::endian::native == std::endian::little, "the files are little endian");

namespace siamtrack::evaluation {
namespace {

class Reader {
 public:
  explicit Reader(const std::filesystem::path& file) : name_(file.string()) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) throw Error(ErrorCode::kIo, name_ + ": expected a readable file");
    data_.assign(std::istreambuf_iterator<char>(stream), {});
  }
  template <typename T>
  T next() {
    if (data_.size() - at_ < sizeof(T)) fail("more data");
    T value;
    std::memcpy(&value, data_.data() + at_, sizeof(T));
    at_ += sizeof(T);
    return value;
  }
  [[noreturn]] void fail(const std::string& expected) const {
    throw Error(ErrorCode::kIo, name_ + ": expected " + expected + " at byte " +
                                    std::to_string(at_) + " of " + std::to_string(data_.size()));
  }

 private:
  std::string name_;
  std::string data_;
  std::size_t at_ = 0;
};

Mask read_mask(Reader& in) {
  Mask mask;
  mask.x = in.next<std::int16_t>();
  mask.y = in.next<std::int16_t>();
  mask.size.width = in.next<std::uint16_t>();
  mask.size.height = in.next<std::uint16_t>();
  mask.pixels.assign(static_cast<std::size_t>(mask.size.width) * mask.size.height, 0);
  const int runs = in.next<std::uint16_t>();
  std::size_t at = 0;
  for (int run = 0; run < runs; ++run) {
    const std::size_t end = std::min(at + in.next<std::uint16_t>(), mask.pixels.size());
    if (run % 2 == 1) {
      std::fill(mask.pixels.begin() + static_cast<long>(at),
                mask.pixels.begin() + static_cast<long>(end), 255);
    }
    at = end;
  }
  return mask;
}

Region read_region(Reader& in) {
  const auto number = [&] { return static_cast<double>(in.next<float>()); };
  switch (in.next<std::uint8_t>()) {
    case 0:
      return Special{static_cast<int>(in.next<std::uint32_t>())};
    case 1: {
      const double x = number(), y = number(), width = number(), height = number();
      return Box{x, y, width, height};
    }
    case 2: {
      Polygon polygon;
      for (int left = in.next<std::uint16_t>(); left > 0; --left) {
        const double x = number(), y = number();
        polygon.points.emplace_back(x, y);
      }
      return polygon;
    }
    case 3:
      return read_mask(in);
    default:
      in.fail("a region of type 0 to 3");
  }
}

}  // namespace

std::vector<Region> read_binary_regions(const std::filesystem::path& file) {
  Reader in(file);
  if (in.next<std::int16_t>() != 1) in.fail("a VOT result file of version 1");
  const auto count = in.next<std::uint32_t>();
  std::vector<Region> regions;
  for (std::uint32_t i = 0; i < count; ++i) regions.push_back(read_region(in));
  return regions;
}

}  // namespace siamtrack::evaluation
