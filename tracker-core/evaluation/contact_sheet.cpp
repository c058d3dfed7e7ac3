// SPDX-License-Identifier: LGPL-2.1-or-later
#include "evaluation/contact_sheet.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "evaluation/frame_source.h"
#include "evaluation/run.h"
#include "evaluation/text.h"

namespace siamtrack::evaluation {
namespace {

constexpr int kTileWidth = 360;
constexpr int kTileHeight = 270;
constexpr int kColumns = 3;
constexpr int kCaption = 20;

const std::array<cv::Scalar, 6> kColours = {
    {{60, 60, 240}, {240, 160, 40}, {60, 210, 60}, {0, 200, 250}, {230, 60, 200}, {200, 200, 80}}};

struct Ranked {
  Failure failure;
  double mean = 0;
};

Ranked rank(const Sequence& sequence, const std::vector<Trajectory>& results) {
  Ranked ranked{{&sequence, 0, 2, {}}, 0};
  const auto truth = sequence.boxes(), found = results.front().boxes();
  double counted = 0;
  for (std::size_t i = 1; i < std::min(truth.size(), found.size()); ++i) {
    if (!is_valid(truth[i])) continue;
    const double overlap = is_finite(found[i]) ? iou(truth[i], found[i]) : 0;
    ranked.mean += overlap;
    ++counted;
    if (overlap >= ranked.failure.overlap) continue;
    ranked.failure.overlap = overlap;
    ranked.failure.frame = i;
  }
  ranked.mean = counted > 0 ? ranked.mean / counted : 1;
  for (const auto& result : results) {
    const auto boxes = result.boxes();
    const std::size_t frame = ranked.failure.frame;
    ranked.failure.boxes.push_back(frame < boxes.size() ? boxes[frame] : no_box());
  }
  return ranked;
}

void draw(cv::Mat& picture, const Box& box, double scale, const cv::Scalar& colour) {
  if (!is_valid(box)) return;
  const auto place = [scale](double v) { return static_cast<int>(std::lround(v * scale)); };
  cv::rectangle(picture,
                cv::Rect(place(box.x), place(box.y), std::max(1, place(box.width)),
                         std::max(1, place(box.height))),
                colour, 2);
}

cv::Mat tile(const Failure& failure) {
  cv::Mat out(kTileHeight + kCaption, kTileWidth, CV_8UC3, cv::Scalar::all(30));
  const Sequence& sequence = *failure.sequence;
  cv::Mat frame = frame_of(sequence, static_cast<long>(failure.frame));
  if (frame.empty()) return out;
  const double scale = std::min(double(kTileWidth) / frame.cols, double(kTileHeight) / frame.rows);
  cv::resize(frame, frame, {}, scale, scale, cv::INTER_AREA);
  draw(frame, to_pixels(sequence.boxes()[failure.frame], sequence), scale, {255, 255, 255});
  for (std::size_t k = 0; k < failure.boxes.size(); ++k) {
    draw(frame, to_pixels(failure.boxes[k], sequence), scale, kColours[k % kColours.size()]);
  }
  frame.copyTo(out(cv::Rect(0, 0, frame.cols, std::min(frame.rows, kTileHeight))));
  cv::putText(out,
              sequence.name + "  frame " + std::to_string(failure.frame) + "  overlap " +
                  fixed(failure.overlap, 2),
              {4, kTileHeight + 14}, cv::FONT_HERSHEY_SIMPLEX, 0.42, cv::Scalar::all(230), 1,
              cv::LINE_AA);
  return out;
}

cv::Mat legend(const std::vector<std::string>& labels, int width) {
  cv::Mat out(kCaption + 4, width, CV_8UC3, cv::Scalar::all(30));
  int x = 6;
  const auto add = [&](const std::string& text, const cv::Scalar& colour) {
    cv::putText(out, text, {x, 16}, cv::FONT_HERSHEY_SIMPLEX, 0.45, colour, 1, cv::LINE_AA);
    x += cv::getTextSize(text, cv::FONT_HERSHEY_SIMPLEX, 0.45, 1, nullptr).width + 18;
  };
  add("annotation", cv::Scalar::all(255));
  for (std::size_t k = 0; k < labels.size(); ++k) add(labels[k], kColours[k % kColours.size()]);
  return out;
}

}  // namespace

std::vector<Failure> worst_failures(const std::vector<Sequence>& sequences,
                                    const std::vector<std::vector<Trajectory>>& results,
                                    std::size_t count) {
  std::vector<Ranked> ranked;
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    if (!results[i].empty() && !results[i].front().regions.empty()) {
      ranked.push_back(rank(sequences[i], results[i]));
    }
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const Ranked& a, const Ranked& b) { return a.mean < b.mean; });
  ranked.resize(std::min(count, ranked.size()));
  std::vector<Failure> failures;
  failures.reserve(ranked.size());
  for (auto& entry : ranked) failures.push_back(std::move(entry.failure));
  return failures;
}

cv::Mat contact_sheet(const std::vector<Failure>& failures,
                      const std::vector<std::string>& labels) {
  const int rows = (static_cast<int>(failures.size()) + kColumns - 1) / kColumns;
  const int height = kTileHeight + kCaption;
  const cv::Mat names = legend(labels, kColumns * kTileWidth);
  cv::Mat sheet(names.rows + rows * height, kColumns * kTileWidth, CV_8UC3, cv::Scalar::all(30));
  names.copyTo(sheet(cv::Rect(0, 0, names.cols, names.rows)));
  for (std::size_t i = 0; i < failures.size(); ++i) {
    const int column = static_cast<int>(i) % kColumns, row = static_cast<int>(i) / kColumns;
    tile(failures[i])
        .copyTo(
            sheet(cv::Rect(column * kTileWidth, names.rows + row * height, kTileWidth, height)));
  }
  return sheet;
}

}  // namespace siamtrack::evaluation
