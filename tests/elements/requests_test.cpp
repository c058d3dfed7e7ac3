// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tracker/requests.h"

#include <gtest/gtest.h>

#include <cmath>

#include "comma_locale.h"

namespace siamtrack::tracker {
namespace {

TEST(ParseBox, ReadsFourNumbers) {
  EXPECT_EQ(parse_box("1,2,30,40.5"), (Box{1, 2, 30, 40.5}));
  EXPECT_EQ(parse_box(" 1  2;30,\t40 "), (Box{1, 2, 30, 40}));
  EXPECT_EQ(parse_box("-1.5,2e1,3,4"), (Box{-1.5, 20, 3, 4}));
}

TEST(ParseBox, ReadsAPolygon) {
  EXPECT_EQ(parse_box("10,5,50,0,55,40,15,45"), (Box{10, 0, 45, 45}));
}

TEST(ParseBox, ReadsNotANumberForTheCoreToRefuse) {
  EXPECT_TRUE(std::isnan(parse_box("nan,2,3,4")->x));
  EXPECT_TRUE(std::isinf(parse_box("1,2,inf,4")->width));
}

TEST(ParseBox, ReadsTheSameWhateverTheLocale) {
  const siamtrack::testing::CommaLocale german;
  if (!german.works()) GTEST_SKIP() << "this C library has no locale with decimal commas";
  EXPECT_EQ(parse_box("1.5,2.25,1e3,40.5"), (Box{1.5, 2.25, 1000, 40.5}));
  EXPECT_EQ(parse_box("1,5,2,5"), (Box{1, 5, 2, 5}));
}

TEST(ParseBox, RefusesEverythingElse) {
  for (const char* text : {"", "1,2,3", "1,2,3,4,5", "a,b,c,d", "1,2,3,4x", "1,2,3,4,5,6,7,8,9",
                           "1.2.3,4,5,6", "0x10,2,3,4"}) {
    EXPECT_FALSE(parse_box(text)) << text;
  }
}

TEST(Resolve, TurnsFractionsAndClicksIntoPixels) {
  Settings settings;
  InitRequest request = init_at(std::string("0.25,0.5,0.1,0.2"), Origin::kBox);
  request.units = Units::kNormalized;
  EXPECT_EQ(resolve(request, settings, {640, 480}), (Box{160, 240, 64, 96}));
  settings.click_size = 0.1;
  request = init_at(ClickPlace{100, 50}, Origin::kAction);
  EXPECT_EQ(resolve(request, settings, {640, 480}), (Box{76, 26, 48, 48}));
  settings.units = Units::kNormalized;
  request = init_at(ClickPlace{0.5, 0.5}, Origin::kAction);
  const Box box = *resolve(request, settings, {640, 480});
  EXPECT_DOUBLE_EQ(box.centre_x(), 320);
  EXPECT_DOUBLE_EQ(box.width, 48);
  EXPECT_DOUBLE_EQ(box.height, 48);
}

TEST(Requests, GiveEveryTargetItsOwnId) {
  EXPECT_NE(init_at(Box{}, Origin::kAction).id, init_at(Box{}, Origin::kAction).id);
}

}  // namespace
}  // namespace siamtrack::tracker
