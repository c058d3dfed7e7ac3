// SPDX-License-Identifier: LGPL-2.1-or-later
#include "formats.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

namespace siamtrack::exporting {
namespace {

using bridge::TargetRecord;
using Json = nlohmann::ordered_json;

constexpr int kDecimals = 4;              // as the VOT toolkit writes boxes
constexpr int kNormalizedDecimals = 7;    // the same resolution in a frame of 1000 px
constexpr double kMaxPrinted = 1e15;      // beyond, fixed notation would not fit the buffer
constexpr double kUnknownConfidence = 1;  // MOTChallenge: 1 = counts

std::string number(double value, int decimals) {
  if (std::isnan(value)) return "NaN";
  char text[64];
  const auto end =
      std::to_chars(text, text + sizeof text, std::clamp(value, -kMaxPrinted, kMaxPrinted),
                    std::chars_format::fixed, decimals);
  return {text, end.ptr};
}

int decimals(const FrameEntry& entry) { return entry.normalized ? kNormalizedDecimals : kDecimals; }

/// "x,y,width,height". `origin` is what the left-top pixel is called: 0, or 1 as in MATLAB.
std::string box_text(const Box& box, double origin, int decimals) {
  return number(box.x + origin, decimals) + "," + number(box.y + origin, decimals) + "," +
         number(box.width, decimals) + "," + number(box.height, decimals);
}

Json time_json(GstClockTime time) {
  return GST_CLOCK_TIME_IS_VALID(time) ? Json(time) : Json(nullptr);
}

Json target_json(const TargetRecord& target) {
  const Box& box = target.box;
  Json json{{"id", target.id},
            {"label", target.label},
            {"state", bridge::to_string(target.state)},
            {"score", target.score},
            {"box", {box.x, box.y, box.width, box.height}}};
  if (target.predicted) json["predicted"] = true;
  if (const auto& rotated = target.rotated) {
    json["rotated"] = {rotated->centre_x, rotated->centre_y, rotated->width, rotated->height,
                       rotated->angle};
  }
  const auto add_points = [&json](const char* name, const std::vector<bridge::Point>& points) {
    for (const bridge::Point& point : points) json[name].push_back({point.x, point.y});
  };
  add_points("polygon", target.polygon);
  add_points("trail", target.trail);
  return json;
}

class JsonLines : public Formatter {
 public:
  std::string lines(const FrameEntry& entry) override {
    Json json{{"frame", entry.index},
              {"pts", time_json(entry.pts)},
              {"stream_time", time_json(entry.stream_time)},
              {"running_time", time_json(entry.running_time)}};
    if (!entry.utc.empty()) json["utc"] = entry.utc;
    if (entry.frame.width > 0) {
      json["width"] = entry.frame.width;
      json["height"] = entry.frame.height;
    }
    if (entry.normalized) json["normalized"] = true;
    json["targets"] = Json::array();
    for (const TargetRecord& target : entry.targets) json["targets"].push_back(target_json(target));
    // Labels come from anywhere: bytes that are not UTF-8 are replaced, NaN becomes null.
    return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  }
};

class Csv : public Formatter {
 public:
  std::string header() const override {
    return "frame,pts,stream_time,running_time,utc,id,label,state,score,x,y,width,height\n";
  }

  std::string lines(const FrameEntry& entry) override {
    const std::string start = std::to_string(entry.index) + "," + time(entry.pts) + "," +
                              time(entry.stream_time) + "," + time(entry.running_time) + "," +
                              entry.utc + ",";
    if (entry.targets.empty()) return start + ",,,,,,,\n";
    std::string text;
    for (const TargetRecord& target : entry.targets) {
      const std::string score = std::isnan(target.score) ? "" : number(target.score, kDecimals);
      text += start;
      for (const std::string& field : {std::to_string(target.id), quoted(target.label),
                                       std::string(bridge::to_string(target.state)), score}) {
        text.append(field).append(",");
      }
      text.append(box_text(target.box, 0, decimals(entry))).append("\n");
    }
    return text;
  }

 private:
  static std::string time(GstClockTime time) {
    return GST_CLOCK_TIME_IS_VALID(time) ? std::to_string(time) : "";
  }

  /// A field as in RFC 4180.
  static std::string quoted(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string result = "\"";
    for (const char c : text) {
      if (c == '"') result += '"';
      result += c;
    }
    return result + '"';
  }
};

/// Formats that know one target: the same as in the last frame, else the first there is.
class SingleTarget : public Formatter {
 protected:
  const TargetRecord* follow(const FrameEntry& entry) {
    if (entry.targets.empty()) return nullptr;
    const auto same = std::find_if(entry.targets.begin(), entry.targets.end(),
                                   [this](const TargetRecord& target) { return target.id == id_; });
    const TargetRecord& target = same != entry.targets.end() ? *same : entry.targets.front();
    id_ = target.id;
    return &target;
  }

 private:
  std::uint64_t id_ = 0;
};

class Otb : public SingleTarget {
 public:
  std::string lines(const FrameEntry& entry) override {
    const TargetRecord* target = follow(entry);
    if (target == nullptr) return "NaN,NaN,NaN,NaN\n";
    return box_text(target->box, entry.normalized ? 0 : 1, decimals(entry)) + "\n";
  }
};

class Vot : public SingleTarget {
 public:
  std::string lines(const FrameEntry& entry) override {
    const TargetRecord* target = follow(entry);
    if (target == nullptr) return "0\n";
    if (!std::exchange(started_, true)) return "1\n";
    return region_text(*target, decimals(entry)) + "\n";
  }

 private:
  /// "x1,y1,x2,y2,..." where the target's outline is known, else its box.
  static std::string region_text(const TargetRecord& target, int decimals) {
    if (target.polygon.empty()) return box_text(target.box, 0, decimals);
    std::string text;
    for (const bridge::Point& point : target.polygon) {
      if (!text.empty()) text += ",";
      text += number(point.x, decimals) + "," + number(point.y, decimals);
    }
    return text;
  }

  bool started_ = false;
};

class Mot : public Formatter {
 public:
  std::string lines(const FrameEntry& entry) override {
    std::string text;
    for (const TargetRecord& target : entry.targets) {
      const double confidence = std::isnan(target.score) ? kUnknownConfidence : target.score;
      const std::string id = target.id != 0 ? std::to_string(target.id) : "-1";  // no track's
      text += std::to_string(entry.index + 1) + "," + id + "," +
              box_text(target.box, entry.normalized ? 0 : 1, decimals(entry)) + "," +
              number(confidence, kDecimals) + ",-1,-1,-1\n";
    }
    return text;
  }
};

}  // namespace

std::unique_ptr<Formatter> make_formatter(Format format) {
  switch (format) {
    case Format::kCsv:
      return std::make_unique<Csv>();
    case Format::kOtb:
      return std::make_unique<Otb>();
    case Format::kVot:
      return std::make_unique<Vot>();
    case Format::kMot:
      return std::make_unique<Mot>();
    case Format::kJsonl:
      break;
  }
  return std::make_unique<JsonLines>();
}

}  // namespace siamtrack::exporting
