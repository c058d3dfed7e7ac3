// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <locale>
#include <string>

#include "temporary_file.h"

namespace siamtrack::testing {

/// While it lives numbers look as in German, in C and in C++: 1.234,5. The C locale is made here by
/// the C library's own localedef, because a bare system has none of that kind.
class CommaLocale {
 public:
  CommaLocale() : before_(std::setlocale(LC_NUMERIC, nullptr)) {
    const std::string folder = folder_.path.string();
    std::ofstream(folder + "/characters") << "<code_set_name> ANSI_X3.4-1968\n<comment_char> %\n"
                                             "<escape_char> /\nCHARMAP\n<U002C> /x2c COMMA\n"
                                             "<U002E> /x2e DOT\nEND CHARMAP\n";
    std::ofstream(folder + "/numbers") << "LC_NUMERIC\ndecimal_point \",\"\nthousands_sep \".\"\n"
                                          "grouping 3;3\nEND LC_NUMERIC\n";
    const std::string make = "cd '" + folder +
                             "' && localedef --no-archive -c -i ./numbers -f ./characters "
                             "./siamtrack-comma > output 2>&1";
    // It complains of all the categories that are not there, and makes those that are.
    static_cast<void>(std::system(make.c_str()));
    ::setenv("LOCPATH", folder.c_str(), 1);
    std::setlocale(LC_NUMERIC, "siamtrack-comma");
    ::unsetenv("LOCPATH");
    cpp_before_ = std::locale::global(std::locale(std::locale::classic(), new German));
  }
  ~CommaLocale() {
    std::locale::global(cpp_before_);  // which sets the C locale too
    std::setlocale(LC_NUMERIC, before_.c_str());
  }
  CommaLocale(const CommaLocale&) = delete;
  CommaLocale& operator=(const CommaLocale&) = delete;

  /// Whether the C library could be made to write commas.
  bool works() const {
    char text[8] = "";
    std::snprintf(text, sizeof text, "%.1f", 1.5);
    return std::string(text) == "1,5";
  }

 private:
  struct German : std::numpunct<char> {
    char do_decimal_point() const override { return ','; }
    char do_thousands_sep() const override { return '.'; }
    std::string do_grouping() const override { return "\3"; }
  };

  TemporaryFolder folder_;
  std::string before_;
  std::locale cpp_before_;
};

}  // namespace siamtrack::testing
