// SPDX-License-Identifier: LGPL-2.1-or-later
#include "nn/safetensors.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>

#include "siamtrack/error.h"
#include "temporary_file.h"

namespace siamtrack::nn {
namespace {

namespace fs = std::filesystem;

class SafetensorsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ModelFile file;
    file.weights["a.weight"] = at::arange(6, at::kFloat).reshape({2, 3});
    file.weights["b.bias"] = at::ones({4});
    file.metadata = {{"format", 1}, {"architecture", "siamfc"}};
    write_model_file(path_, file);
  }

  std::string bytes() const {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void overwrite(const std::string& bytes) const {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << bytes;
  }

  /// A file that has this header and nothing else.
  void overwrite_header(const std::string& header) const {
    const std::uint64_t length = header.size();
    overwrite(std::string(reinterpret_cast<const char*>(&length), sizeof length) + header);
  }

  /// Reads the file and expects one error of this code that names the file and contains `text`.
  void expect_error(ErrorCode code, const std::string& text) const {
    try {
      read_model_file(path_);
      FAIL() << "expected an error about " << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), code) << error.what();
      EXPECT_NE(std::string(error.what()).find(path_), std::string::npos) << error.what();
      EXPECT_NE(std::string(error.what()).find(text), std::string::npos) << error.what();
    }
  }

  const siamtrack::testing::TemporaryFolder folder_;
  const std::string path_ = (folder_.path / "model.safetensors").string();
};

TEST_F(SafetensorsTest, ReadsWhatItWrote) {
  const ModelFile file = read_model_file(path_);
  ASSERT_EQ(file.weights.size(), 2U);
  EXPECT_TRUE(at::equal(file.weights.at("a.weight"), at::arange(6, at::kFloat).reshape({2, 3})));
  EXPECT_EQ(file.metadata.at("architecture"), "siamfc");
  EXPECT_FALSE(fs::exists(path_ + ".partial"));
}

TEST_F(SafetensorsTest, NamesAMissingFile) {
  fs::remove(path_);
  expect_error(ErrorCode::kModelNotFound, "no such file");
}

TEST_F(SafetensorsTest, RefusesWhatIsNotARegularFile) {
  fs::remove(path_);
  fs::create_directory(path_);
  expect_error(ErrorCode::kModelUnreadable, "regular file");
}

TEST_F(SafetensorsTest, RefusesEveryTruncation) {
  const std::string whole = bytes();
  for (std::size_t length = 0; length < whole.size(); length += 7) {
    overwrite(whole.substr(0, length));
    EXPECT_THROW(read_model_file(path_), Error) << length;
  }
  overwrite(whole.substr(0, 4));
  expect_error(ErrorCode::kModelUnreadable, "at least 8 bytes");
  overwrite(whole.substr(0, whole.size() - 4));
  expect_error(ErrorCode::kModelUnreadable, "truncated");
}

TEST_F(SafetensorsTest, NoticesEveryFlippedBitOfMetadataAndData) {
  const std::string whole = bytes();
  const std::size_t data = whole.size() - 10 * sizeof(float);
  for (std::size_t i = data; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
    overwrite(damaged);
    expect_error(ErrorCode::kModelInvalid, "check sum");
  }
}

TEST_F(SafetensorsTest, FlippedBitsOfTheHeaderNeverCrash) {
  const std::string whole = bytes();
  const std::size_t data = whole.size() - 10 * sizeof(float);
  for (std::size_t i = 0; i < data; ++i) {
    for (const int bit : {1, 64}) {
      std::string damaged = whole;
      damaged[i] = static_cast<char>(damaged[i] ^ bit);
      overwrite(damaged);
      try {
        read_model_file(path_);  // a changed key or space is still a valid file
      } catch (const Error&) {
      }
    }
  }
}

TEST_F(SafetensorsTest, RefusesAHugeHeader) {
  std::string whole = bytes();
  const std::uint64_t length = std::uint64_t{1} << 60;
  std::memcpy(whole.data(), &length, sizeof length);
  overwrite(whole);
  expect_error(ErrorCode::kModelInvalid, "header");
}

TEST_F(SafetensorsTest, RefusesHostileShapes) {
  for (const char* entry :
       {R"({"dtype":"F32","shape":[-1],"data_offsets":[0,4]})",
        R"({"dtype":"F32","shape":[4294967295,4294967295],"data_offsets":[0,4]})",
        R"({"dtype":"F32","shape":[2],"data_offsets":[4,0]})",
        R"({"dtype":"F32","shape":[1],"data_offsets":[0,99]})",
        R"({"dtype":"C64","shape":[1],"data_offsets":[0,4]})", R"({"shape":[1]})", "7"}) {
    const std::string header =
        std::string(R"({"__metadata__":{"siamtrack":"{}"},"x":)") + entry + "}";
    const std::uint64_t length = header.size();
    overwrite(std::string(reinterpret_cast<const char*>(&length), sizeof length) + header + "abcd");
    EXPECT_THROW(read_model_file(path_), Error) << entry;
  }
}

// Copies of a JSON value recurse: a million brackets would end the process.
TEST_F(SafetensorsTest, RefusesJsonThatNestsTooDeep) {
  const std::string deep = std::string(1'000'000, '[') + std::string(1'000'000, ']');
  overwrite_header(R"({"__metadata__":)" + deep + "}");
  expect_error(ErrorCode::kModelInvalid, "header: expected JSON nested at most 32 deep");
  overwrite_header(R"({"__metadata__":{"siamtrack":"{\"hyper_parameters\":)" + deep + R"(}"}})");
  expect_error(ErrorCode::kModelInvalid, "metadata: expected JSON nested at most 32 deep");
}

TEST_F(SafetensorsTest, RefusesNumbersThatAreNotFinite) {
  for (const float bad : {std::nanf(""), std::numeric_limits<float>::infinity(),
                          -std::numeric_limits<float>::infinity()}) {
    ModelFile file;
    file.weights["a.weight"] = at::ones({4});
    file.weights["b.bias"] = at::ones({1000});
    file.weights["b.bias"][701] = bad;
    file.weights["c.bias"] = at::ones({0});
    write_model_file(path_, file);
    expect_error(ErrorCode::kModelInvalid, "tensor b.bias: expected finite numbers");
  }
}

TEST_F(SafetensorsTest, RefusesAFileWithoutOurMetadata) {
  overwrite_header(R"({"__metadata__":{"format":"pt"}})");
  expect_error(ErrorCode::kModelInvalid, "siamtrack");
}

TEST_F(SafetensorsTest, LeavesNothingBehindWhenItCannotWrite) {
  const std::string target = (folder_.path / "no-such-folder" / "model.safetensors").string();
  EXPECT_THROW(write_model_file(target, {}), Error);
  EXPECT_FALSE(fs::exists(target + ".partial"));
}

}  // namespace
}  // namespace siamtrack::nn
