// SPDX-License-Identifier: LGPL-2.1-or-later
#include "track_writer.h"

#include <cmath>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>

#include "evaluation/region.h"
#include "evaluation/text.h"
#include "siamtrack/error.h"

namespace siamtrack::tools {
namespace {

using evaluation::fixed;

struct Line {
  long frame;
  double time;  ///< s; NaN when the frame rate is unknown
  bool first;
  const TrackResult& result;
};

using Formatter = std::function<std::string(const Line&)>;

std::string numbers(const Box& box, double origin = 0) {
  return evaluation::format_region(Box{box.x + origin, box.y + origin, box.width, box.height}, 3);
}

std::string csv(const Line& line) {
  const auto& r = line.result;
  return (line.first ? "frame,time,x,y,width,height,score,state\n" : "") +
         std::to_string(line.frame) + "," + (std::isnan(line.time) ? "" : fixed(line.time, 3)) +
         "," + numbers(r.box) + "," + fixed(r.score, 4) + "," + status_name(r.status);
}

std::string jsonl(const Line& line) {
  const auto& r = line.result;
  nlohmann::ordered_json object = {{"frame", line.frame}};
  if (!std::isnan(line.time)) object["time"] = line.time;
  object["box"] = {r.box.x, r.box.y, r.box.width, r.box.height};
  if (r.rotated) {
    object["rotated"] = {r.rotated->centre_x, r.rotated->centre_y, r.rotated->width,
                         r.rotated->height, r.rotated->angle};
  }
  object["score"] = r.score;
  object["state"] = status_name(r.status);
  return object.dump();
}

std::string otb(const Line& line) { return numbers(line.result.box, 1); }

std::string vot(const Line& line) {
  if (line.first) return "1";
  const auto& r = line.result;
  return r.rotated ? evaluation::format_region(evaluation::corners_of(*r.rotated))
                   : evaluation::format_region(r.box);
}

std::string mot(const Line& line) {
  return std::to_string(line.frame + 1) + ",1," + numbers(line.result.box, 1) + "," +
         fixed(line.result.score, 4) + ",-1,-1,-1";
}

const std::map<std::string, Formatter>& formatters() {
  static const std::map<std::string, Formatter> table = {
      {"csv", csv}, {"jsonl", jsonl}, {"otb", otb}, {"vot", vot}, {"mot", mot}};
  return table;
}

class StreamWriter final : public TrackWriter {
 public:
  StreamWriter(const Formatter& formatter, const std::string& path, double fps)
      : formatter_(formatter), path_(path), fps_(fps) {
    if (path.empty()) return;
    file_.open(path);
    if (!file_) throw Error(ErrorCode::kIo, path + ": cannot be written");
  }
  void write(long frame, const TrackResult& result) override {
    const double time = fps_ > 0 ? static_cast<double>(frame) / fps_ : std::nan("");
    // Flushed line by line: nothing is lost when the program is stopped.
    stream() << formatter_({frame, time, first_, result}) << std::endl;
    first_ = false;
  }
  void finish() override {
    if (!stream().flush()) throw Error(ErrorCode::kIo, path_ + ": not everything could be written");
  }

 private:
  std::ostream& stream() { return path_.empty() ? std::cout : file_; }

  const Formatter& formatter_;
  std::string path_;
  double fps_;
  std::ofstream file_;
  bool first_ = true;
};

}  // namespace

std::vector<std::string> track_formats() {
  std::vector<std::string> names;
  for (const auto& [name, formatter] : formatters()) names.push_back(name);
  return names;
}

std::unique_ptr<TrackWriter> make_track_writer(const std::string& format, const std::string& path,
                                               double fps) {
  return std::make_unique<StreamWriter>(formatters().at(format), path, fps);
}

std::string status_name(TrackStatus status) {
  switch (status) {
    case TrackStatus::kTracking:
      return "tracking";
    case TrackStatus::kUncertain:
      return "uncertain";
    case TrackStatus::kLost:
      return "lost";
  }
  return "unknown";
}

}  // namespace siamtrack::tools
