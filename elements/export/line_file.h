// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <string>
#include <string_view>

namespace siamtrack::exporting {

/// Ends the wait for a slow reader of a pipe, from any thread. Where the system had no descriptor
/// left for it, it does nothing.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  /// From now on, and until it is set to false, nothing waits. What can be written at once still
  /// is.
  void set(bool on);

  /// Can be read from while it is set.
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

/// A file that is complete after every write: nothing waits in a buffer of ours, so what was
/// written survives whatever ends the pipeline. Only what a pipe had no room for when it was
/// interrupted waits for the next write.
class LineFile {
 public:
  /// Opens for writing; "-" and "/dev/stdout" are the standard output.
  ///
  /// @param append     keeps what the file has, else it is emptied
  /// @param interrupt  outlives this object
  /// Throws  Error(kIo) with the path and what the system said
  LineFile(std::string path, bool append, const Interrupt& interrupt);
  ~LineFile();
  LineFile(const LineFile&) = delete;
  LineFile& operator=(const LineFile&) = delete;

  /// True when nothing was in the file when it was opened.
  bool was_empty() const { return was_empty_; }

  /// @return  false when it was interrupted before all was written
  /// Throws   Error(kIo) as above, also when nobody reads the pipe any more
  bool write(std::string_view text);

  /// Closes the file and tells what only closing finds out (a full network disk).
  /// Throws  Error(kIo) as above
  void close();

 private:
  [[noreturn]] void fail(const char* what) const;

  std::string path_;
  const Interrupt& interrupt_;
  std::string left_;  ///< to be written
  int descriptor_ = -1;
  bool was_empty_ = true;
};

}  // namespace siamtrack::exporting
