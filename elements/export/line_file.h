// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <string>
#include <string_view>

namespace siamtrack::exporting {

/// A file that is complete after every write: nothing waits in a buffer of ours, so what was
/// written survives whatever ends the pipeline.
class LineFile {
 public:
  /// Opens for writing; "-" and "/dev/stdout" are the standard output.
  ///
  /// @param append  keeps what the file has, else it is emptied
  /// Throws  Error(kIo) with the path and what the system said
  LineFile(std::string path, bool append);
  ~LineFile();
  LineFile(const LineFile&) = delete;
  LineFile& operator=(const LineFile&) = delete;

  /// True when nothing was in the file when it was opened.
  bool was_empty() const { return was_empty_; }

  /// Throws  Error(kIo) as above
  void write(std::string_view text);

  /// Closes the file and tells what only closing finds out (a full network disk).
  /// Throws  Error(kIo) as above
  void close();

 private:
  [[noreturn]] void fail(const char* what) const;

  std::string path_;
  int descriptor_ = -1;
  bool was_empty_ = true;
};

}  // namespace siamtrack::exporting
