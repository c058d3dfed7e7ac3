// SPDX-License-Identifier: LGPL-2.1-or-later
#include "evaluation/trax_server.h"

#include <cstdio>
#include <optional>

#include "evaluation/region.h"
#include "evaluation/text.h"
#include "evaluation/trax_message.h"
#include "siamtrack/error.h"

namespace siamtrack::evaluation {
namespace {

class Server {
 public:
  Server(const TrackerFactory& factory, TraxChannel& channel, const TraxOptions& options)
      : tracker_(factory.make()), channel_(channel), options_(options) {}

  /// @return  false when the conversation is over
  bool handle(const TraxMessage& message) {
    if (message.type == "quit") return false;
    if (message.type == "initialize") initialize(message);
    if (message.type == "frame") frame(message);
    return true;
  }

  void hello() {
    // No property `vot`: toolkits would start the process anew for every initialisation.
    send({"hello",
          {},
          {{"trax.version", std::to_string(options_.version)},
           {"trax.name", options_.name},
           {"trax.description", "Siamese tracking of any object"},
           {"trax.family", options_.family},
           {"trax.image", "path;memory;buffer;"},
           {"trax.region", "rectangle;polygon;"},
           {"trax.channels", "color;"}}});
  }

  void quit(const std::string& reason) { send({"quit", {}, {{"trax.reason", reason}}}); }

 private:
  /// Protocol 4: region only, pictures follow; no argument drops the target. Protocol 3: picture
  /// and region at once.
  void initialize(const TraxMessage& message) {
    started_ = false;
    pending_.reset();
    if (message.arguments.empty()) return;
    const Region region = parse_region(message.arguments.back());
    if (!is_valid(bounding_box(region))) {
      throw Error(ErrorCode::kRejectedBox,
                  "expected a region to start with, found '" + message.arguments.back() + "'");
    }
    polygons_ = std::holds_alternative<Polygon>(region);
    pending_ = region;
    if (message.arguments.size() > 1) {
      start(message.arguments.front(), area_matched_box(region));
    }
  }

  void frame(const TraxMessage& message) {
    if (message.arguments.empty()) throw Error(ErrorCode::kIo, "frame without a picture");
    if (pending_) return start(message.arguments.front(), area_matched_box(*pending_));
    if (!started_) throw Error(ErrorCode::kIo, "frame before initialize");
    const TrackResult result = tracker_->update(read_trax_image(message.arguments.front()));
    const bool turned = polygons_ && result.rotated;
    answer(turned ? Region(corners_of(*result.rotated)) : Region(result.box), result.score);
  }

  void start(const std::string& image, const Box& box) {
    tracker_->init(read_trax_image(image), box);
    pending_.reset();
    started_ = true;
    answer(box, 1.0);
  }

  void answer(const Region& region, double confidence) {
    send({"state", {format_region(region)}, {{"confidence", fixed(confidence, 6)}}});
  }

  void send(const TraxMessage& message) { channel_.write(format_trax(message)); }

  std::unique_ptr<Tracker> tracker_;
  TraxChannel& channel_;
  const TraxOptions& options_;
  std::optional<Region> pending_;
  bool polygons_ = false;  ///< the client began with one, so a turned box is told as one
  bool started_ = false;
};

}  // namespace

int serve_trax(const TrackerFactory& factory, TraxChannel& channel, const TraxOptions& options) {
  // Made before hello: clients measure the time of answers only.
  Server server(factory, channel, options);
  server.hello();
  try {
    for (std::string line; channel.read_line(line);) {
      const auto message = parse_trax(line);
      if (message && !server.handle(*message)) return 0;
    }
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "siamtrack trax: %s\n", error.what());
    server.quit(error.what());
    return 1;
  }
}

}  // namespace siamtrack::evaluation
