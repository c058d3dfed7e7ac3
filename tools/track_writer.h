// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "siamtrack/result.h"

namespace siamtrack::tools {

/// One line per frame in one of the usual formats.
class TrackWriter {
 public:
  virtual ~TrackWriter() = default;
  virtual void write(long frame, const TrackResult& result) = 0;
  /// Flushes. Throws  Error(kIo) when something could not be written
  virtual void finish() = 0;
};

/// "csv": frame,time,x,y,width,height,score,state · "jsonl": the same as one object per line ·
/// "otb": x,y,width,height counted from 1 · "vot": region (polygon for rotated boxes), first line 1
/// · "mot": frame,id,x,y,width,height,score,-1,-1,-1 counted from 1
std::vector<std::string> track_formats();

/// @param path  empty = standard output
/// @param fps   for time stamps; 0 = unknown, no time is written
/// Throws  Error(kIo) when the file cannot be opened
std::unique_ptr<TrackWriter> make_track_writer(const std::string& format, const std::string& path,
                                               double fps);

/// "tracking", "uncertain", "lost".
std::string status_name(TrackStatus status);

}  // namespace siamtrack::tools
