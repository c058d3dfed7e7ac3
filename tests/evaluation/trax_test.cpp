// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include <deque>
#include <opencv2/imgcodecs.hpp>

#include "evaluation/region.h"
#include "evaluation/trax_message.h"
#include "evaluation/trax_server.h"
#include "fake_tracker.h"
#include "siamtrack/error.h"
#include "temporary_file.h"

namespace siamtrack::evaluation {
namespace {

TEST(TraxMessage, QuotedAndPlainTokens) {
  const auto m =
      parse_trax("@@TRAX:initialize \"file:///a b.jpg\" 1,2,3,4 \"key=va\\\"lue\" base64==\r");
  ASSERT_TRUE(m);
  EXPECT_EQ(m->type, "initialize");
  EXPECT_EQ(m->arguments[0], "file:///a b.jpg");
  EXPECT_EQ(m->arguments[1], "1,2,3,4");
  EXPECT_EQ(m->properties.at("key"), "va\"lue");
  EXPECT_FALSE(parse_trax("some library talks"));
  EXPECT_FALSE(parse_trax("@@TRAX:dance"));
  EXPECT_EQ(parse_trax("@@TRAX:STATUS \"1\"")->type, "state");
  EXPECT_TRUE(parse_trax("@@TRAX:initialize ")->arguments.empty());
}

TEST(TraxMessage, WhatIsWrittenComesBack) {
  const TraxMessage m{"quit", {"a\\b"}, {{"trax.reason", "line\nbreak \"x\""}}};
  const std::string line = format_trax(m);
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
  const auto back = parse_trax(line.substr(0, line.size() - 1));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->arguments, m.arguments);
  EXPECT_EQ(back->properties, m.properties);
}

TEST(TraxMessage, PicturesInTheMessage) {
  // Two pixels, red and blue: bytes ff 00 00 00 00 ff.
  const cv::Mat rgb = read_trax_image("image:2;1;rgb;/wAAAAD/");
  ASSERT_EQ(rgb.size(), cv::Size(2, 1));
  EXPECT_EQ(rgb.at<cv::Vec3b>(0, 0), cv::Vec3b(0, 0, 255));
  EXPECT_EQ(rgb.at<cv::Vec3b>(0, 1), cv::Vec3b(255, 0, 0));
  EXPECT_THROW(read_trax_image("image:9999;1;rgb;/wAAAAD/"), Error);
  EXPECT_THROW(read_trax_image("file:///no/such/picture.jpg"), Error);
  EXPECT_THROW(read_trax_image("data:"), Error);
}

/// A client that says fixed lines and keeps the answers.
class ScriptedClient final : public TraxChannel {
 public:
  explicit ScriptedClient(std::deque<std::string> lines) : lines_(std::move(lines)) {}
  bool read_line(std::string& line) override {
    if (lines_.empty()) return false;
    line = lines_.front();
    lines_.pop_front();
    return true;
  }
  void write(const std::string& text) override {
    answers.push_back(*parse_trax(text.substr(0, text.size() - 1)));
  }
  std::vector<TraxMessage> answers;

 private:
  std::deque<std::string> lines_;
};

class FakeFactory final : public TrackerFactory {
 public:
  const std::string& label() const override { return label_; }
  std::string fingerprint() const override { return label_; }
  std::unique_ptr<Tracker> make() const override {
    auto tracker = std::make_unique<siamtrack::testing::ScriptedTracker>([](int) {
      return Box{5, 6, 7, 8};
    });
    tracker->rotated = rotated;
    return tracker;
  }

  std::optional<RotatedBox> rotated;

 private:
  std::string label_ = "fake";
};

class TraxServer : public ::testing::Test {
 protected:
  TraxServer() { cv::imwrite(picture_, cv::Mat(20, 20, CV_8UC3, cv::Scalar::all(9))); }
  const testing::TemporaryFile file_{".png"};
  const std::string& picture_ = file_.path;
};

TEST_F(TraxServer, ProtocolFourInitialisesWithTheNextFrame) {
  ScriptedClient client(
      {"@@TRAX:initialize \"1,2,3,4\" ", "@@TRAX:frame \"file://" + picture_ + "\" ", "noise",
       "@@TRAX:frame \"" + picture_ + "\" ", "@@TRAX:initialize ", "@@TRAX:initialize \"2,2,3,4\" ",
       "@@TRAX:frame \"" + picture_ + "\" ", "@@TRAX:quit "});
  EXPECT_EQ(serve_trax(FakeFactory(), client, {}), 0);
  ASSERT_EQ(client.answers.size(), 4U);
  EXPECT_EQ(client.answers[0].type, "hello");
  EXPECT_EQ(client.answers[0].properties.at("trax.version"), "4");
  EXPECT_EQ(client.answers[0].properties.count("vot"), 0U);
  EXPECT_EQ(std::get<Box>(parse_region(client.answers[1].arguments[0])), (Box{1, 2, 3, 4}));
  EXPECT_EQ(std::get<Box>(parse_region(client.answers[2].arguments[0])), (Box{5, 6, 7, 8}));
  EXPECT_EQ(client.answers[2].properties.at("confidence"), "0.500000");
  EXPECT_EQ(std::get<Box>(parse_region(client.answers[3].arguments[0])).x, 2);
}

TEST_F(TraxServer, TellsATurnedBoxToAClientThatBeganWithAPolygon) {
  FakeFactory factory;
  factory.rotated = RotatedBox{10, 20, 4, 2, 0};
  for (const auto& [start, corners] : {std::pair{"1,2,3,4", 0U}, {"1,2,4,2,4,6,1,6", 4U}}) {
    ScriptedClient client({"@@TRAX:initialize \"" + std::string(start) + "\" ",
                           "@@TRAX:frame \"" + picture_ + "\" ",
                           "@@TRAX:frame \"" + picture_ + "\" ", "@@TRAX:quit "});
    EXPECT_EQ(serve_trax(factory, client, {}), 0);
    const Region told = parse_region(client.answers.at(2).arguments[0]);
    const auto* polygon = std::get_if<Polygon>(&told);
    EXPECT_EQ(polygon ? polygon->points.size() : 0U, corners) << start;
  }
}

TEST_F(TraxServer, ProtocolThreeInitialisesAtOnce) {
  ScriptedClient client({"@@TRAX:initialize \"" + picture_ + "\" \"1,2,3,4\" \"arg=1\" ",
                         "@@TRAX:frame \"" + picture_ + "\" "});
  EXPECT_EQ(serve_trax(FakeFactory(), client, {3, "siamtrack", "siamese"}), 0);
  ASSERT_EQ(client.answers.size(), 3U);
  EXPECT_EQ(client.answers[0].properties.at("trax.version"), "3");
}

TEST_F(TraxServer, TellsTheClientWhyItQuits) {
  ScriptedClient early({"@@TRAX:frame \"" + picture_ + "\" "});
  EXPECT_EQ(serve_trax(FakeFactory(), early, {}), 1);
  EXPECT_NE(early.answers.back().properties.at("trax.reason").find("before initialize"),
            std::string::npos);
  ScriptedClient missing({"@@TRAX:initialize \"1,2,3,4\" ", "@@TRAX:frame \"/gone.jpg\" "});
  EXPECT_EQ(serve_trax(FakeFactory(), missing, {}), 1);
  EXPECT_EQ(missing.answers.back().type, "quit");
  ScriptedClient special({"@@TRAX:initialize \"0\" "});
  EXPECT_EQ(serve_trax(FakeFactory(), special, {}), 1);
}

}  // namespace
}  // namespace siamtrack::evaluation
