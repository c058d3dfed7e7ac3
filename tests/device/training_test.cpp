// SPDX-License-Identifier: LGPL-2.1-or-later
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "made_teacher.h"
#include "outlined_batch.h"
#include "pretend_device.h"
#include "relative_difference.h"
#include "small_tree.h"
#include "tiny_task.h"
#include "training/device_pairs.h"
#include "training/distill_task.h"
#include "training/margin_task.h"
#include "training/mask_task.h"
#include "training/optimiser.h"
#include "training/outline_task.h"
#include "training/rpn_task.h"
#include "training/siamfc_task.h"
#include "training/student_task.h"
#include "training/trainer.h"

/// Every task of the trainer on a device that is not the CPU: the way that its tensors take on a
/// GPU.
namespace siamtrack::training {
namespace {

using siamtrack::testing::fetched_values;
using siamtrack::testing::kPretendDevice;
using siamtrack::testing::late_uploads;
using siamtrack::testing::made_teacher;
using siamtrack::testing::noise_batch;
using siamtrack::testing::outlined_batch;
using siamtrack::testing::SmallTree;
using siamtrack::testing::TinyTask;

/// A task, once for each device.
struct Lesson {
  std::string name;
  std::function<std::unique_ptr<Task>(const Recipe&, const at::Device&)> make;
  Recipe recipe;
  Batch batch;
};

Recipe recipe_of(const std::string& architecture, const std::string& backbone) {
  Recipe recipe;
  recipe.name = "test";
  recipe.architecture = architecture;
  recipe.backbone = backbone;
  return recipe;
}

template <class Made>
auto made() {
  return [](const Recipe& recipe, const at::Device&) { return std::make_unique<Made>(recipe); };
}

template <class Made>
auto taught() {
  return [](const Recipe& recipe, const at::Device& device) {
    return std::make_unique<Made>(recipe, made_teacher(), device);
  };
}

/// noise_batch() with something else in the negative pair.
Batch with_distractor() {
  Batch batch = noise_batch();
  batch.distractors = {std::nullopt, Box::from_centre(140, 120, 60, 50)};
  return batch;
}

std::vector<Lesson> lessons() {
  std::vector<Lesson> all;
  Recipe siamfc = recipe_of("siamfc+", "ciresnet22h");
  siamfc.input_mean = 115;
  siamfc.input_scale = 58;
  all.push_back({"siamfc", made<SiamFcTask>(), siamfc, with_distractor()});
  all.push_back(
      {"siamrpn_plus", made<RpnTask>(), recipe_of("siamrpn+", "ciresnet22h"), with_distractor()});
  Recipe layers = recipe_of("siamrpn++", "mobilenetv2");
  layers.unfreeze = {{0, 0}};  // a frozen backbone keeps the test short
  all.push_back({"siamrpn_plus_plus", made<RpnTask>(), layers, with_distractor()});
  Recipe margin = recipe_of("siammargin", "resnet50-layer3-torchvision");
  margin.unfreeze = {{0, 0}};
  all.push_back({"siammargin", made<MarginTask>(), margin, with_distractor()});
  Recipe masks = recipe_of("siammask", "resnet50-layer3");
  masks.unfreeze = {{0, 0}};
  all.push_back({"siammask_base", made<MaskTask>(), masks, outlined_batch(2, 255)});
  masks.mask.refine = true;
  masks.pairs.instance_size = 143;
  all.push_back({"siammask_refined", made<MaskTask>(), masks, outlined_batch(2, 143)});
  Recipe distilled = recipe_of("nanotrack", "mobilenetv3-v3");
  distilled.distill.forced = 0.5;
  all.push_back({"distilled", taught<DistillTask>(), distilled, noise_batch()});
  Recipe student = recipe_of("nanotrack", "mobilenetv3-v1");
  student.student = {"v1", 0.5, 95, 191};
  all.push_back({"student", taught<StudentTask>(), student, noise_batch()});
  Recipe outline = recipe_of("nanotrack", "mobilenetv3-v3");
  outline.pairs.instance_size = 127;
  outline.outline = {.context = 95, .before = 0.5, .boxes = 1, .likeness = 1};
  const auto outliner = [](const Recipe& recipe, const at::Device&) {
    return std::make_unique<OutlineTask>(recipe, nlohmann::json{{"architecture", "nanotrack"}});
  };
  all.push_back({"outline", outliner, outline, outlined_batch(3, 127)});
  return all;
}

/// One step's loss and gradients, by key.
struct Step {
  double loss = 0;
  nn::Weights gradients;
  long fetched = 0;   ///< times that the host waited for the device
  long uploaded = 0;  ///< copies that came while the device had work
};

Step step(const Lesson& lesson, const at::Device& device) {
  const auto task = lesson.make(lesson.recipe, device);
  nn::Weights weights = task->initial_weights(1);
  move_to(weights, device);
  const auto trained = trained_parameters(*task, weights, 0);
  Step made;
  weights.begin()->second.cpu();  // waits for all that went before
  const long fetched = fetched_values(), uploaded = late_uploads();
  const StepLoss loss = task->loss(weights, lesson.batch, 0);
  loss.total.backward();
  made.fetched = fetched_values() - fetched;
  made.uploaded = late_uploads() - uploaded;
  made.loss = loss.total.item<double>();
  for (const auto& [key, tensor] : weights) {
    if (tensor.grad().defined()) made.gradients[key] = tensor.grad().cpu();
  }
  Optimiser(lesson.recipe.optimiser, trained).step(1e-3);
  for (const auto& [name, value] : loss.parts) EXPECT_EQ(value.device(), device) << name;
  return made;
}

class EveryTask : public ::testing::TestWithParam<std::size_t> {
 protected:
  Lesson lesson_ = lessons().at(GetParam());
};

TEST_P(EveryTask, StepsOnADeviceAsOnTheCpu) {
  const Step found = step(lesson_, kPretendDevice), expected = step(lesson_, at::kCPU);
  EXPECT_NEAR(found.loss, expected.loss, 1e-3 * std::abs(expected.loss));
  ASSERT_EQ(found.gradients.size(), expected.gradients.size());
  double apart = 0, whole = 0;
  for (const auto& [key, gradient] : expected.gradients) {
    apart += (found.gradients.at(key) - gradient).pow(2).sum().item<double>();
    whole += gradient.pow(2).sum().item<double>();
  }
  EXPECT_LT(std::sqrt(apart / whole), 0.05);
  EXPECT_EQ(found.fetched, 0) << "each stalls a GPU";
  EXPECT_EQ(found.uploaded, 0) << "each waits for the forward pass that is queued";
}

TEST(ATeacher, IsPreparedForTheDeviceThatItIsOn) {
  for (const at::Device& device : {at::Device(at::kCPU), kPretendDevice}) {
    const Teacher teacher(made_teacher(), device);
    const Batch batch = noise_batch();
    const auto lesson = teacher.teach(network_input(batch.exemplars, device),
                                      network_input(batch.searches, device));
    const auto layout =
        device.is_cpu() ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous;
    EXPECT_TRUE(lesson.x_features.is_contiguous(layout)) << device;
  }
}

INSTANTIATE_TEST_SUITE_P(Tasks, EveryTask, ::testing::Range(std::size_t{0}, lessons().size()),
                         [](const auto& info) { return lessons().at(info.param).name; });

class RunOnADevice : public ::testing::Test {
 protected:
  RunOnADevice() {
    tree_.plain_cache();
    recipe_ = recipe_of("tiny", "none");
    recipe_.epochs = 4;
    recipe_.pairs_per_epoch = 10;
    recipe_.batch = 2;
    recipe_.average = 0.9;
    recipe_.unfreeze = {{0.5, 1}};
    recipe_.optimiser.schedule = {"log", 1e-2, 1e-3, 0, 0};
  }

  std::shared_ptr<const PairSource> pairs() const {
    return std::make_shared<PairSource>(std::make_shared<Cache>(tree_.path("cache")), recipe_.pairs,
                                        1);
  }

  Checkpoint run(const std::string& folder, const at::Device& device, std::int64_t stop_at = -1) {
    TrainOptions options;
    options.folder = tree_.path(folder);
    options.device = device;
    options.stop_at = stop_at;
    const auto source = pairs();
    return train(
        TinyTask(), recipe_, [&](auto first, int count) { return source->batch(first, count); },
        options);
  }

  SmallTree tree_;
  Recipe recipe_;
};

TEST_F(RunOnADevice, LegsOfBothKindsMakeOneRun) {
  for (const std::string kind : {"sgd", "adamw"}) {
    recipe_.optimiser.kind = kind;
    recipe_.micro_batch = kind == "sgd" ? 1 : 0;
    run(kind, kPretendDevice, 5);
    run(kind, at::kCPU, 12);
    const Checkpoint mixed = run(kind, kPretendDevice);
    const Checkpoint pure = run(kind + "-cpu", at::kCPU);
    EXPECT_EQ(mixed.step, pure.step);
    for (const auto& [key, tensor] : pure.weights) {
      EXPECT_EQ(mixed.weights.at(key).device(), kPretendDevice);
      EXPECT_TRUE(at::allclose(mixed.weights.at(key).cpu(), tensor, 1e-4)) << kind << " " << key;
      EXPECT_TRUE(at::allclose(mixed.average.at(key).cpu(), pure.average.at(key), 1e-4)) << key;
    }
  }
}

TEST_F(RunOnADevice, PicturesThatLieThereMakeTheSamePatches) {
  const Batch there = DevicePairs(pairs(), kPretendDevice, 1 << 30).batch(0, 6);
  const Batch here = DevicePairs(pairs(), at::kCPU, 1 << 30).batch(0, 6);
  EXPECT_EQ(there.searches.device(), kPretendDevice);
  EXPECT_TRUE(at::equal(there.searches.cpu(), here.searches));
  EXPECT_TRUE(at::equal(there.exemplars.cpu(), here.exemplars));
}

}  // namespace
}  // namespace siamtrack::training
