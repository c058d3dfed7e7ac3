// SPDX-License-Identifier: LGPL-2.1-or-later
#include "siamtrack/track.h"

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <opencv2/highgui.hpp>
#include <optional>

#include "annotated_video.h"
#include "commands.h"
#include "evaluation/frame_source.h"
#include "evaluation/problem.h"
#include "evaluation/region.h"
#include "evaluation/text.h"
#include "evaluation/tracker.h"
#include "options.h"
#include "progress.h"
#include "siamtrack/error.h"
#include "track_writer.h"

namespace siamtrack::tools {
namespace {

namespace ev = siamtrack::evaluation;

struct TrackArguments {
  std::string source, box, model = "default", output, video, format = "csv";
  long first = 0, frames = -1;  // -1: all
  bool show = false;
  ev::TrackerOptions options;
};

volatile std::sig_atomic_t stop_requested = 0;

Box parse_box(const std::string& text) {
  const auto n = ev::parse_numbers(text);
  if (!n || n->size() != 4) {
    throw Error(ErrorCode::kInvalidArgument,
                "--box: expected x,y,width,height, found '" + text + "'");
  }
  return {(*n)[0], (*n)[1], (*n)[2], (*n)[3]};
}

bool has_display() {
  return std::getenv("DISPLAY") != nullptr || std::getenv("WAYLAND_DISPLAY") != nullptr;
}

/// The box the user draws with the mouse.
Box ask_for_box(const cv::Mat& frame) {
  if (!has_display()) {
    throw Error(ErrorCode::kInvalidArgument,
                "expected --box x,y,width,height: there is no display to draw it on");
  }
  const std::string title = "Draw a box, then press Enter";
  const cv::Rect box = cv::selectROI(title, frame, false);
  cv::destroyWindow(title);
  if (box.empty()) throw Error(ErrorCode::kInvalidArgument, "no box was drawn");
  return {double(box.x), double(box.y), double(box.width), double(box.height)};
}

/// Everything that is done with one frame's result.
class Outputs {
 public:
  Outputs(const TrackArguments& arguments, double fps) : show_(arguments.show) {
    writer_ = make_track_writer(arguments.format, arguments.output, fps);
    if (!arguments.video.empty()) video_.emplace(arguments.video, fps);
  }
  /// @return  false when the user closed the window
  bool put(long index, const cv::Mat& frame, const TrackResult& result) {
    writer_->write(index, result);
    if (!video_ && !show_) return true;
    cv::Mat picture = frame.clone();
    draw_result(picture, result);
    if (video_) video_->write(picture);
    if (!show_) return true;
    constexpr int kEscape = 27;
    cv::imshow("siamtrack", picture);
    return cv::waitKey(1) != kEscape;
  }
  void finish() { writer_->finish(); }

 private:
  bool show_;
  std::unique_ptr<TrackWriter> writer_;
  std::optional<AnnotatedVideo> video_;
};

void track(const TrackArguments& arguments, int& status) {
  const auto source = ev::open_source(arguments.source);
  cv::Mat frame = source->at(arguments.first);
  if (frame.empty()) {
    throw Error(ErrorCode::kIo, source->describe(arguments.first) + ": cannot be read");
  }
  const auto model = Model::load(arguments.model, arguments.options.model);
  const Box box = arguments.box.empty() ? ask_for_box(frame) : parse_box(arguments.box);
  ev::require_trackable(box, frame);
  Track target(model, arguments.options.track, ev::view_of(frame), box);
  Outputs outputs(arguments, source->fps());
  ev::Problems problems;
  ProgressLine line;
  std::signal(SIGINT, [](int) { stop_requested = 1; });
  bool going = outputs.put(arguments.first, frame, target.result());
  const auto last = [&](long index) {
    return (arguments.frames >= 0 && index - arguments.first >= arguments.frames) ||
           (source->count() >= 0 && index >= source->count());
  };
  long index = arguments.first + 1;
  for (; going && stop_requested == 0 && !last(index); ++index) {
    const cv::Mat next = source->at(index);
    if (next.empty() && source->count() < 0) break;
    if (next.empty()) {  // it has its line, or those of later frames would move up
      problems.push_back({{},
                          source->describe(index),
                          0,
                          "cannot be read; the last picture and box stand for it"});
    } else {
      frame = next;
      target.update(ev::view_of(frame));
    }
    going = outputs.put(index, frame, target.result());
    line.show(static_cast<std::size_t>(index),
              static_cast<std::size_t>(std::max(0L, source->count())), "frames");
  }
  line.finish();
  outputs.finish();
  std::fprintf(stderr, "%ld frames tracked\n", index - arguments.first);
  status = report_problems(problems, stop_requested != 0,
                           "the frames up to here are written, the same command starts again");
}

}  // namespace

void add_track(const Context& context) {
  auto arguments = std::make_shared<TrackArguments>();
  CLI::App& app = *context.app.add_subcommand("track", "Follows one object through a video");
  app.add_option("source", arguments->source, "Video file, folder of pictures, or camera number")
      ->required();
  app.add_option("--box", arguments->box, "x,y,width,height in the first frame (default: draw it)");
  app.add_option("--model", arguments->model, "Model name or path")->capture_default_str();
  app.add_option("-o,--output", arguments->output, "Results file (default: standard output)");
  app.add_option("--format", arguments->format, "csv, jsonl, otb, vot or mot")
      ->check(CLI::IsMember(track_formats()))
      ->capture_default_str();
  app.add_option("--video", arguments->video, "Annotated video to write");
  app.add_option("--first", arguments->first, "Frame the box is in, from 0")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--frames", arguments->frames, "Stop after so many frames (default: all)")
      ->check(CLI::NonNegativeNumber);
  app.add_flag("--show", arguments->show, "Show the frames in a window");
  add_tracker_options(app, arguments->options);
  app.callback([arguments, &status = context.status] { track(*arguments, status); });
}

}  // namespace siamtrack::tools
