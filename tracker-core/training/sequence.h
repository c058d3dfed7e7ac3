// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "siamtrack/box.h"

/// Training data in two forms: as the data sets lie on disk (Source...), and as `prepare` packs
/// them (Sequence, in a Cache). A still is a sequence of one frame.
namespace siamtrack::training {

/// Outline of one object in one frame: a mask file (pixels of `value`, or any but 0 when it is 0)
/// or COCO-style polygons (x, y, x, y, ...; frame pixels). Both empty: no outline.
struct SourceMask {
  std::string file;
  int value = 0;
  std::vector<std::vector<double>> polygons;
};

struct SourceObject {
  std::string label;
  std::vector<std::optional<Box>> boxes;  ///< one per frame, frame pixels
  std::vector<SourceMask> masks;          ///< one per frame, or empty
};

struct SourceSequence {
  std::string set;
  std::string name;
  std::vector<std::string> frames;  ///< picture files in time order; empty when `video` is given
  std::string video;                ///< video file
  std::vector<SourceObject> objects;
};

/// Bytes of an encoded picture in a cache.
struct Blob {
  int shard = -1;
  std::int64_t offset = 0;
  std::int64_t bytes = 0;
  bool empty() const { return shard < 0; }
};

struct Frame {
  Blob picture;  ///< JPEG, as the data set's own file where possible
  Size size;
};

struct Object {
  std::string label;
  std::vector<std::optional<Box>> boxes;  ///< one per frame, pixels of the stored frame
  std::vector<Blob> masks;                ///< one per frame (PNG, 255 inside), or empty
};

struct Sequence {
  std::string set;
  std::string name;
  std::vector<Frame> frames;
  std::vector<Object> objects;
};

/// Why and how often input was left out; the first few cases of each reason are named.
class Complaints {
 public:
  void add(const std::string& reason, const std::string& what);
  void add(const Complaints& later);
  int total() const;
  int count(const std::string& reason) const;
  /// One line per reason; empty when nothing was left out.
  std::string text() const;

 private:
  struct Entry {
    int count = 0;
    std::vector<std::string> examples;
  };
  std::map<std::string, Entry> entries_;
};

}  // namespace siamtrack::training
