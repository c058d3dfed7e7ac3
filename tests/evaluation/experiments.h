// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <opencv2/imgcodecs.hpp>
#include <string>
#include <utility>
#include <vector>

#include "evaluation/campaign.h"
#include "temporary_file.h"

namespace siamtrack::testing {

inline const Box kFixedBox{10, 10, 20, 20};

/// Says the same box of every frame, ever surer.
class FixedTracker final : public evaluation::Tracker {
 public:
  void init(const cv::Mat&, const Box&) override {}
  TrackResult update(const cv::Mat&) override {
    TrackResult result;
    result.box = kFixedBox;
    result.score = static_cast<float>(score_ += 0.125);
    return result;
  }

 private:
  double score_ = 0;
};

class FixedFactory final : public evaluation::TrackerFactory {
 public:
  explicit FixedFactory(std::string fingerprint = "1") : fingerprint_(std::move(fingerprint)) {}
  const std::string& label() const override { return label_; }
  std::string fingerprint() const override { return fingerprint_; }
  std::unique_ptr<evaluation::Tracker> make() const override {
    return std::make_unique<FixedTracker>();
  }

 private:
  std::string label_ = "fixed", fingerprint_;
};

/// A folder of its own for each test, with results below it.
class Experiments : public ::testing::Test {
 protected:
  Experiments() {
    cv::imwrite((root_ / "blank.png").string(), cv::Mat::zeros(100, 100, CV_8UC3));
    options_.results = root_;
  }

  evaluation::Sequence sequence(const std::string& name, std::size_t frames,
                                Box box = kFixedBox) const {
    evaluation::Sequence made;
    made.name = name;
    made.dataset = "made";
    made.images.assign(frames, (root_ / "blank.png").string());
    made.ground_truth.assign(frames, box);
    made.size = {100, 100};
    return made;
  }
  /// Runs what is missing and scores.
  evaluation::CampaignOutcome evaluate(const std::vector<std::string>& experiments,
                                       const std::vector<evaluation::Sequence>& sequences,
                                       const std::string& version = "1") {
    evaluation::Campaign campaign;
    campaign.folder = root_;
    campaign.sequences = sequences;
    campaign.trackers = {std::make_shared<FixedFactory>(version)};
    campaign.labels = {"fixed"};
    for (const auto& name : experiments) {
      campaign.experiments.push_back(evaluation::make_experiment(name, options_));
    }
    return evaluation::run_campaign(campaign);
  }
  bool exists(const std::string& name) const { return std::filesystem::exists(root_ / name); }

  const TemporaryFolder temporary_;
  const std::filesystem::path& root_ = temporary_.path;
  evaluation::ExperimentOptions options_;
};

}  // namespace siamtrack::testing
