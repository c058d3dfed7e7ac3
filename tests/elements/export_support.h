// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "harness_support.h"
#include "temporary_file.h"

namespace siamtrack::test {

using Json = nlohmann::json;
inline constexpr Size kSize{64, 48};
inline constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

inline std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  if (!text.empty() && text.back() == separator && separator != '\n') parts.emplace_back();
  return parts;
}

inline std::vector<double> numbers(const std::string& line) {
  std::vector<double> values;
  for (const std::string& part : split(line, ',')) values.push_back(std::stod(part));
  return values;
}

class ExportTest : public ::testing::Test {
 protected:
  Harness open(const std::string& options) {
    Harness harness = make_harness("siamtrackexport location=\"" + path_ + "\" " + options);
    gst_harness_set_src_caps_str(harness.get(), caps_text("GRAY8", kSize).c_str());
    return harness;
  }

  static Buffer frame(GstClockTime pts, const std::vector<bridge::TargetRecord>& targets) {
    Buffer buffer = noise_frame(video_info("GRAY8", kSize), pts);
    if (!targets.empty()) bridge::add_track_meta(buffer.get(), {kSize, targets});
    return buffer;
  }

  /// Five frames: none, one, two, lost and new, none.
  static void push_story(const Harness& harness) {
    bridge::TargetRecord cup = target({1.25, 2.5, 10, 20.125}, 7);
    cup.label = "my \"cup\", red";
    cup.trail = {{1, 2}, {3, 4}};
    cup.predicted = true;
    bridge::TargetRecord other = target({5, 6, 7, 8}, 9);
    other.score = kNan;
    bridge::TargetRecord lost = cup;
    lost.state = bridge::TargetState::kLost;
    const std::vector<std::vector<bridge::TargetRecord>> story = {
        {}, {cup}, {other, cup}, {lost, other}, {}};
    for (std::size_t i = 0; i < story.size(); ++i) {
      ASSERT_NE(through(harness, frame(i * 40 * GST_MSECOND, story[i])), nullptr);
    }
  }

  std::vector<std::string> lines() const {
    std::ifstream stream(path_);
    std::ostringstream text;
    text << stream.rdbuf();
    EXPECT_TRUE(text.str().empty() || text.str().back() == '\n');
    return split(text.str(), '\n');
  }

  const testing::TemporaryFolder temporary_;
  const std::string folder_ = temporary_.path.string();
  const std::string path_ = folder_ + "/out file";
};

}  // namespace siamtrack::test
