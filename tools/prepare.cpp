// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/prepare.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <opencv2/core/utility.hpp>
#include <thread>

#include "commands.h"
#include "progress.h"
#include "training/readers/readers.h"

namespace siamtrack::tools {
namespace {

constexpr int kLeftOut = 3;  // exit status, as of `eval`

struct Arguments {
  std::vector<std::string> sources;
  std::string out;
  int self_label = 0;
  int threads = 0;  ///< 0: one per core
};

int run(const Arguments& arguments) {
  training::Complaints complaints;
  std::vector<training::SourceSequence> sources;
  for (const std::string& source : arguments.sources) {
    const auto colon = source.find(':');
    const bool named = colon != std::string::npos;
    auto more = training::read_dataset(named ? source.substr(0, colon) : "plain",
                                       named ? source.substr(colon + 1) : source, complaints);
    std::move(more.begin(), more.end(), std::back_inserter(sources));
  }
  training::PrepareOptions options;
  options.folder = arguments.out;
  options.self_label = arguments.self_label;
  options.threads = arguments.threads > 0 ? arguments.threads
                                          : static_cast<int>(std::thread::hardware_concurrency());
  cv::setNumThreads(1);  // one picture per thread is quicker than all threads on one
  ProgressLine line;
  options.progress = [&](int done, int all) {
    line.show(static_cast<std::size_t>(done), static_cast<std::size_t>(all),
              sources[static_cast<std::size_t>(done) - 1].name);
  };
  const auto sequences = training::prepare(sources, options, complaints);
  line.finish();
  std::size_t frames = 0, objects = 0;
  for (const training::Sequence& sequence : sequences) {
    frames += sequence.frames.size();
    objects += sequence.objects.size();
  }
  std::printf("%s: %zu sequences, %zu pictures, %zu objects\n", arguments.out.c_str(),
              sequences.size(), frames, objects);
  if (complaints.total() == 0) return 0;
  std::fprintf(stderr, "left out:\n%s", complaints.text().c_str());
  return kLeftOut;
}

}  // namespace

void add_prepare(const Context& context) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command =
      context.app.add_subcommand("prepare", "Packs data sets into one cache for training.");
  command
      ->add_option("dataset", arguments->sources,
                   "FORMAT:FOLDER, FORMAT one of plain (default), vid, det, got10k, lasot, "
                   "youtube-bb, coco, youtube-vos, davis")
      ->required();
  command->add_option("--out", arguments->out, "Folder of the cache")->required();
  command->add_option("--self-label", arguments->self_label,
                      "Tracks to try in each clip without labels, by forward-backward flow");
  command
      ->add_option("--threads", arguments->threads,
                   "Threads that read and cut pictures (0 = one per core)")
      ->check(CLI::NonNegativeNumber);
  int& status = context.status;
  command->callback([arguments, &status] { status = run(*arguments); });
}

}  // namespace siamtrack::tools
