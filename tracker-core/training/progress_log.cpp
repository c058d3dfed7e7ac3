// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/progress_log.h"

#include <ATen/ATen.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "siamtrack/error.h"
#include "training/replace_file.h"

namespace siamtrack::training {

namespace {

using Clock = std::chrono::steady_clock;

void append(const std::string& path, const std::string& text) {
  std::error_code none;  // a new file
  const auto before = std::filesystem::file_size(path, none);
  std::ofstream out(path, std::ios::app);
  out << text;
  out.close();
  if (out) return;
  std::error_code ignored;
  std::filesystem::resize_file(path, none ? 0 : before, ignored);  // half a line may be there
  throw Error(ErrorCode::kIo, "losses " + path + ": writing failed (is the disk full?)");
}

}  // namespace

void ProgressLog::start(std::int64_t step, const Recipe& recipe) {
  since_ = Clock::now();
  std::ifstream in(path_);
  std::string line, kept;
  bool dropped = false;
  while (std::getline(in, line)) {
    std::int64_t pairs = 0;
    std::istringstream(line) >> pairs;
    const bool whole = !in.eof();
    const bool keep = whole && (line.starts_with('#') || pairs <= step * recipe.batch);
    if (keep) kept += line + '\n';
    dropped = dropped || !keep;
  }
  in.close();
  if (dropped) replace_file(path_, kept, "losses");
}

void ProgressLog::add(const StepLoss& loss) {
  ++count_;
  const auto put = [&](std::size_t i, const std::string& name, const at::Tensor& value) {
    const at::Tensor number = value.detach().to(at::kDouble);
    if (sums_.size() <= i) {
      sums_.emplace_back(name, number);
    } else {
      sums_[i].second = sums_[i].second + number;
    }
  };
  put(0, "loss", loss.total);
  for (std::size_t i = 0; i < loss.parts.size(); ++i) {
    put(i + 1, loss.parts[i].first, loss.parts[i].second);
  }
}

void ProgressLog::skip() {
  ++count_;
  ++skipped_;
}

bool ProgressLog::due(double seconds) const {
  return std::chrono::duration<double>(Clock::now() - since_).count() >= seconds;
}

Progress ProgressLog::flush(std::int64_t step, const Recipe& recipe, double waited) {
  const double elapsed = std::chrono::duration<double>(Clock::now() - since_).count();
  Progress progress;
  progress.step = step;
  progress.steps = recipe.steps();
  progress.pairs = step * recipe.batch;
  progress.pairs_per_second = count_ * recipe.batch / elapsed;
  progress.seconds_left = static_cast<double>(progress.steps - step) * elapsed / count_;
  progress.loader_idle = (waited - waited_) / elapsed;
  for (const auto& [name, sum] : sums_) {
    progress.losses.emplace_back(name, sum.item<double>() / (count_ - skipped_));
  }
  sums_.clear();
  progress.skipped = std::exchange(skipped_, 0);
  waited_ = waited;
  since_ = Clock::now();
  count_ = 0;
  return progress;
}

void ProgressLog::write(const Progress& progress) {
  if (progress.losses.empty()) return;  // no step was made: no point of the curve
  const bool fresh =
      unwritten_.empty() && std::ifstream(path_).peek() == std::ifstream::traits_type::eof();
  std::ostringstream out;
  if (fresh) {
    out << "# pairs\trate\tpairs_per_second\tloader_idle";
    for (const auto& [name, value] : progress.losses) out << '\t' << name;
    out << '\n';
  }
  out << progress.pairs << '\t' << progress.learning_rate << '\t' << progress.pairs_per_second
      << '\t' << progress.loader_idle;
  for (const auto& [name, value] : progress.losses) out << '\t' << value;
  out << '\n';
  unwritten_ += out.str();
  append(path_, unwritten_);
  unwritten_.clear();
}

}  // namespace siamtrack::training
