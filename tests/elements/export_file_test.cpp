// SPDX-License-Identifier: LGPL-2.1-or-later
#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <thread>
#include <utility>

#include "export/line_file.h"
#include "export_support.h"

namespace siamtrack::test {
namespace {

TEST_F(ExportTest, TellsTheTimeOfDay) {
  const Harness harness = open("");
  Buffer buffer = frame(0, {});
  GstCaps* caps = gst_caps_new_empty_simple("timestamp/x-ntp");
  gst_buffer_add_reference_timestamp_meta(
      buffer.get(), caps, (2208988800 + 1700000000) * GST_SECOND + 5, GST_CLOCK_TIME_NONE);
  gst_caps_unref(caps);
  through(harness, std::move(buffer));
  EXPECT_EQ(Json::parse(lines()[0])["utc"], "2023-11-14T22:13:20.000000005Z");
}

TEST_F(ExportTest, PassesAnythingUntouched) {
  const Harness harness = make_harness("siamtrackexport location=\"" + path_ + "\"");
  gst_harness_set_src_caps_str(harness.get(), "application/x-whatever");
  GstBuffer* buffer = gst_buffer_new_allocate(nullptr, 3, nullptr);
  GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_GAP);
  const Buffer shared(gst_buffer_ref(buffer));
  const Buffer out = through(harness, Buffer(buffer));
  EXPECT_EQ(out.get(), buffer);
  const Json line = Json::parse(lines()[0]);
  EXPECT_TRUE(line["pts"].is_null());
  EXPECT_FALSE(line.contains("width"));
}

TEST_F(ExportTest, ReplacesOrAppends) {
  through(open("format=csv"), frame(0, {}));
  through(open("format=csv append=true"), frame(0, {}));
  EXPECT_EQ(lines().size(), 3u);  // one header
  through(open("format=csv"), frame(0, {}));
  EXPECT_EQ(lines().size(), 2u);
}

TEST_F(ExportTest, FlushesAndRestartsKeepTheFileComplete) {
  const Harness harness = open("");
  push_story(harness);
  gst_harness_push_event(harness.get(), gst_event_new_flush_start());
  gst_harness_push_event(harness.get(), gst_event_new_flush_stop(TRUE));
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  segment.time = GST_SECOND;
  gst_harness_push_event(harness.get(), gst_event_new_segment(&segment));
  through(harness, frame(0, {}));
  gst_harness_push_event(harness.get(), gst_event_new_eos());
  const auto text = lines();
  ASSERT_EQ(text.size(), 6u);
  EXPECT_EQ(Json::parse(text[5])["frame"], 5);
  EXPECT_EQ(Json::parse(text[5])["stream_time"], GST_SECOND);
  gst_element_set_state(harness->element, GST_STATE_NULL);
  EXPECT_EQ(lines().size(), 6u);
}

TEST_F(ExportTest, WritesToTheStandardOutput) {
  for (const char* location : {"-", "/dev/stdout"}) {
    std::fflush(stdout);
    const int keep = dup(STDOUT_FILENO);
    const int file = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(file, STDOUT_FILENO);
    {
      const Harness harness = make_harness(std::string("siamtrackexport location=") + location);
      gst_harness_set_src_caps_str(harness.get(), caps_text("GRAY8", kSize).c_str());
      through(harness, frame(0, {}));
    }
    EXPECT_NE(fcntl(STDOUT_FILENO, F_GETFD), -1) << "the program's own output was closed";
    dup2(keep, STDOUT_FILENO);
    close(keep);
    close(file);
    EXPECT_EQ(lines().size(), 1u) << location;
  }
}

TEST_F(ExportTest, EveryRunHasItsHeader) {
  std::fflush(stdout);
  const int keep = dup(STDOUT_FILENO);
  const int file = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  dup2(file, STDOUT_FILENO);
  EXPECT_EQ(::write(file, "first run\n", 10), 10);
  {
    const Harness harness = make_harness("siamtrackexport location=- format=csv");
    gst_harness_set_src_caps_str(harness.get(), caps_text("GRAY8", kSize).c_str());
    through(harness, frame(0, {}));
  }
  dup2(keep, STDOUT_FILENO);
  close(keep);
  close(file);
  ASSERT_EQ(lines().size(), 3u);
  EXPECT_EQ(lines()[1].rfind("frame,", 0), 0u) << lines()[1];
}

TEST_F(ExportTest, AStopCutsNoLineOfAFile) {
  exporting::Interrupt interrupt;
  exporting::LineFile file(path_, false, interrupt);
  interrupt.set(true);
  EXPECT_TRUE(file.write(std::string(100'000, 'x') + '\n'));
  EXPECT_EQ(lines().at(0).size(), 100'000u);
}

/// A pipe in the place of the standard output.
class OutputPipe {
 public:
  OutputPipe() : keep_(dup(STDOUT_FILENO)) {
    std::fflush(stdout);
    EXPECT_EQ(pipe(ends_), 0);
    dup2(ends_[1], STDOUT_FILENO);
    ::close(ends_[1]);
  }
  ~OutputPipe() {
    dup2(keep_, STDOUT_FILENO);
    ::close(keep_);
    if (ends_[0] >= 0) ::close(ends_[0]);
  }
  OutputPipe(const OutputPipe&) = delete;
  OutputPipe& operator=(const OutputPipe&) = delete;

  void stop_reading() { ::close(std::exchange(ends_[0], -1)); }
  /// Takes all out that is in the pipe.
  std::string read() {
    std::string text(1 << 20, '\0');
    fcntl(ends_[0], F_SETFL, O_NONBLOCK);
    std::size_t size = 0;
    for (ssize_t got = 0; (got = ::read(ends_[0], &text[size], text.size() - size)) > 0;) {
      size += static_cast<std::size_t>(got);
    }
    text.resize(size);
    return text;
  }

 private:
  int keep_;
  int ends_[2];
};

Harness export_to_stdout() {
  Harness harness = make_harness("siamtrackexport location=-");
  gst_harness_set_src_caps_str(harness.get(), caps_text("GRAY8", kSize).c_str());
  return harness;
}

TEST_F(ExportTest, AReaderThatGoesAwayIsAnErrorAndNotTheEndOfTheProcess) {
  OutputPipe pipe;
  const Harness harness = export_to_stdout();
  pipe.stop_reading();
  EXPECT_EQ(gst_harness_push(harness.get(), frame(0, {}).release()), GST_FLOW_ERROR);
}

/// Pushes frames until the pipe is full and the push waits.
void fill(GstHarness* harness, std::atomic<int>& pushed, GstFlowReturn& last) {
  while ((last = gst_harness_push(harness, noise_frame(video_info("GRAY8", kSize)).release())) ==
         GST_FLOW_OK) {
    ++pushed;
  }
}

void wait_until_still(const std::atomic<int>& pushed) {
  for (int before = -1; before != pushed;) {
    before = pushed;
    g_usleep(200 * 1000);
  }
}

/// An export into a pipe that nobody reads, whose streaming thread waits.
struct StuckExport {
  OutputPipe pipe;
  Harness harness = export_to_stdout();
  std::atomic<int> pushed = 0;
  GstFlowReturn last = GST_FLOW_OK;
  std::thread streaming{[this] { fill(harness.get(), pushed, last); }};
  StuckExport() { wait_until_still(pushed); }
};

TEST_F(ExportTest, AReaderThatDoesNotReadHoldsNobodyUp) {
  StuckExport stuck;
  gst_element_set_state(stuck.harness->element, GST_STATE_NULL);
  stuck.streaming.join();
  EXPECT_EQ(stuck.last, GST_FLOW_FLUSHING);
  EXPECT_GT(stuck.pushed, 100);
}

TEST_F(ExportTest, AFlushInTheMidstOfALineLosesNothingOfIt) {
  StuckExport stuck;
  const Harness& harness = stuck.harness;
  gst_harness_push_event(harness.get(), gst_event_new_flush_start());
  stuck.streaming.join();
  EXPECT_EQ(stuck.last, GST_FLOW_FLUSHING);
  std::string text = stuck.pipe.read();
  gst_harness_push_event(harness.get(), gst_event_new_flush_stop(TRUE));
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  gst_harness_push_event(harness.get(), gst_event_new_segment(&segment));
  through(harness, frame(0, {}));
  text += stuck.pipe.read();
  const auto all = split(text, '\n');
  ASSERT_EQ(all.size(), static_cast<std::size_t>(stuck.pushed) + 2);
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(Json::parse(all[i])["frame"], i);
}

/// The error that a pipeline with this export reports; none after a clean end.
std::string error_of(const std::string& options) {
  GstElement* pipeline = gst_parse_launch(
      ("fakesrc num-buffers=3 ! siamtrackexport " + options + " ! fakesink").c_str(), nullptr);
  gst_element_set_state(pipeline, GST_STATE_PLAYING);
  GstBus* bus = gst_element_get_bus(pipeline);
  const Message message(gst_bus_timed_pop_filtered(
      bus, 10 * GST_SECOND, static_cast<GstMessageType>(GST_MESSAGE_ERROR | GST_MESSAGE_EOS)));
  std::string text;
  if (message && GST_MESSAGE_TYPE(message.get()) == GST_MESSAGE_ERROR) {
    GError* error = nullptr;
    gst_message_parse_error(message.get(), &error, nullptr);
    text = std::string(g_quark_to_string(error->domain)) + ": " + error->message;
    g_error_free(error);
  }
  gst_element_set_state(pipeline, GST_STATE_NULL);
  gst_object_unref(bus);
  gst_object_unref(pipeline);
  return text;
}

TEST_F(ExportTest, ErrorsNameTheFileAndTheReason) {
  EXPECT_EQ(error_of("location=\"" + path_ + "\""), "");
  const std::string nowhere = error_of("location=" + folder_ + "/none/out.jsonl");
  EXPECT_NE(nowhere.find("gst-resource-error"), std::string::npos) << nowhere;
  EXPECT_NE(nowhere.find(folder_ + "/none/out.jsonl"), std::string::npos) << nowhere;
  EXPECT_NE(nowhere.find("No such file or directory (errno 2)"), std::string::npos) << nowhere;
  const std::string full = error_of("location=/dev/full");
  EXPECT_NE(full.find("gst-resource-error"), std::string::npos) << full;
  EXPECT_NE(full.find("\"/dev/full\": No space left on device (errno 28)"), std::string::npos)
      << full;
  EXPECT_NE(error_of("location=" + folder_).find("directory"), std::string::npos);
  EXPECT_NE(error_of("").find("location is not set"), std::string::npos);
  EXPECT_NE(error_of("normalized=true location=\"" + path_ + "\"").find("frame size"),
            std::string::npos);
}

}  // namespace
}  // namespace siamtrack::test
