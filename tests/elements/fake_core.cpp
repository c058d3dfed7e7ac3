// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fake_core.h"

#include <cmath>
#include <thread>
#include <utility>

#include "bridge/core_library.h"

namespace siamtrack::testing {
namespace {

FakeCore* fake = nullptr;

constexpr double kSmallestSide = 4;  // px, as the real core's

class FakeTarget final : public PluginTarget {
 public:
  FakeTarget(const PluginModel* model, const Box& box) : model_(model) {
    result_.box = box;
    result_.score = 1;
  }
  const PluginModel* model() const { return model_; }
  const TrackResult& result() const override { return result_; }
  void rescale(Size from, Size to) override {
    fake->record([&](auto& calls) { calls.rescales.emplace_back(from, to); });
    const double x = double(to.width) / from.width;
    const double y = double(to.height) / from.height;
    Box& box = result_.box;
    box = {box.x * x, box.y * y, box.width * x, box.height * y};
  }
  void configure(const TrackConfig& config) override {
    fake->record([&](auto& calls) { calls.configs.push_back(config); });
  }
  void suggest(const Box& box) override {
    fake->record([&](auto& calls) { calls.suggestions.push_back(box); });
    if (!fake->recognises) return;
    result_.box = box;
    suggested_ = true;
  }
  TrackResult step() {
    result_.box.x += fake->velocity.x;
    result_.box.y += fake->velocity.y;
    result_.score = fake->score;
    const TrackStatus scripted = fake->status;
    result_.status = std::exchange(suggested_, false) ? TrackStatus::kTracking : scripted;
    result_.mask = fake->mask;
    if (fake->angle) {
      const Box& box = result_.box;
      result_.rotated = {box.centre_x(), box.centre_y(), box.width, box.height, *fake->angle};
    }
    return result_;
  }

 private:
  const PluginModel* model_;
  TrackResult result_;
  bool suggested_ = false;
};

void fail_if(const std::optional<ErrorCode>& code, const std::string& what) {
  if (code) throw Error(*code, what + ": expected success, found a scripted failure");
}

class FakeModel final : public PluginModel {
 public:
  explicit FakeModel(const std::string& name) {
    info_.path = "/models/" + name + ".safetensors";
    info_.architecture = "fake";
    info_.backbone = "none";
    info_.device = "cpu";
  }
  const ModelInfo& info() const override { return info_; }

  std::unique_ptr<PluginTarget> start(const TrackConfig& config, const FrameView& frame,
                                      const Box& box) const override {
    fail_if(fake->start_error, "start");
    std::this_thread::sleep_for(std::chrono::milliseconds(fake->start_ms));
    fake->record([&](auto& calls) {
      calls.starts.push_back(box);
      calls.guessed.push_back(config.guessed_box);
      calls.last_view = frame;
    });
    return std::make_unique<FakeTarget>(this, box);
  }

  std::vector<TrackResult> update(std::span<PluginTarget* const> targets,
                                  const FrameView& frame) const override {
    fail_if(fake->update_error, "update");
    std::this_thread::sleep_for(std::chrono::milliseconds(fake->step_ms));
    fake->record([&](auto& calls) {
      calls.updates.emplace_back(targets.size(), frame.size);
      calls.last_view = frame;
    });
    std::vector<TrackResult> results;
    for (PluginTarget* target : targets) {
      auto& known = static_cast<FakeTarget&>(*target);
      if (known.model() != this) {
        throw Error(ErrorCode::kInvalidArgument, "update: expected targets of this model");
      }
      results.push_back(known.step());
    }
    return results;
  }

 private:
  ModelInfo info_;
};

std::shared_ptr<const PluginModel> open_model(const std::string& name,
                                              const ModelOptions& options) {
  fake->record([&](auto& calls) {
    calls.models.push_back(name);
    calls.options = options;
  });
  fail_if(fake->open_error, "model " + name);
  return std::make_shared<FakeModel>(name);
}

std::string check_box(const Box& box, Size frame) {
  if (!std::isfinite(box.x + box.y + box.width + box.height)) return "not-a-number";
  if (box.width <= 0 || box.height <= 0) return "zero";
  if (box.width < kSmallestSide || box.height < kSmallestSide) return "too-small";
  const Box seen = intersection(box, {0, 0, double(frame.width), double(frame.height)});
  if (seen.width < kSmallestSide || seen.height < kSmallestSide) return "outside-frame";
  return "";
}

constexpr PluginApi kFakeApi{open_model, check_box};

}  // namespace

FakeCore::FakeCore() {
  fake = this;
  bridge::replace_core_api(&kFakeApi);
}

FakeCore::~FakeCore() {
  bridge::replace_core_api(nullptr);
  fake = nullptr;
}

FakeCore::Calls FakeCore::calls() const {
  const std::lock_guard lock(mutex_);
  return calls_;
}

}  // namespace siamtrack::testing
