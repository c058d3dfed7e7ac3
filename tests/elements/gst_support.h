// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gst/check/gstharness.h>
#include <gst/gst.h>
#include <gst/video/video.h>

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "bridge/target_record.h"

namespace siamtrack::testing {

struct Unref {
  void operator()(GstObject* object) const { gst_object_unref(object); }
  void operator()(GstPad* pad) const { gst_object_unref(pad); }
  void operator()(GstPluginFeature* feature) const { gst_object_unref(feature); }
  void operator()(GstElement* element) const { gst_object_unref(element); }
  void operator()(GstBus* bus) const { gst_object_unref(bus); }
  void operator()(GstBuffer* buffer) const { gst_buffer_unref(buffer); }
  void operator()(GstMessage* message) const { gst_message_unref(message); }
  void operator()(GstStructure* structure) const { gst_structure_free(structure); }
};
template <typename Type>
using Owned = std::unique_ptr<Type, Unref>;

/// A bus message, read.
struct News {
  GstMessageType type;
  std::string name;   ///< of the structure; empty for errors and warnings
  std::string text;   ///< of errors and warnings
  GQuark domain = 0;  ///< of errors and warnings
  int code = 0;
  Owned<GstStructure> structure;

  std::string string(const char* field) const;
  double number(const char* field) const;
};

/// All messages waiting on the bus.
std::vector<News> drain(GstBus* bus);

/// The first of that structure name, or null.
const News* find(const std::vector<News>& news, const std::string& name);
std::size_t count(const std::vector<News>& news, const std::string& name);

/// What one buffer carried when it left the element.
struct Seen {
  Size frame;  ///< as our own meta says; 0 x 0 without it
  std::vector<bridge::TargetRecord> targets;
  std::vector<Box> rois;
  std::vector<int> roi_ids;
  GstClockTime pts = GST_CLOCK_TIME_NONE;
};
Seen look_at(GstBuffer* buffer);

/// An element of launch syntax on a bench: buffers go in one by one, and its bus is read.
class Bench {
 public:
  /// @param launch  e.g. "siamtrack name=tracker box=1,2,30,40"
  /// @param caps    of the input
  Bench(const std::string& launch, const std::string& caps);
  ~Bench();
  Bench(const Bench&) = delete;

  /// Pushes a grey frame and says what came out; fails the test when nothing did.
  Seen push();
  /// The same with a frame of one's own, laid out as GstVideoInfo has it by default.
  Seen push(std::span<const guint8> pixels);
  GstFlowReturn push_only(bool discont = false);
  /// A grey frame of that stream time and of unknown duration.
  Seen push_at(GstClockTime time);
  Seen pull();

  void set_caps(const std::string& caps);
  GstHarness* harness() { return harness_; }
  GstElement* element(const char* factory = "siamtrack");
  void set(const char* property, const std::string& value);
  Owned<GstStructure> stats();
  /// Sets the model and waits until it is there; the next frame is the first for it.
  void set_model(const std::string& name);
  std::vector<News> news() { return drain(bus_.get()); }

 private:
  GstFlowReturn push_pixels(std::span<const guint8> pixels, bool discont);

  GstHarness* harness_;
  Owned<GstBus> bus_;
  GstVideoInfo info_;
  guint64 frame_ = 0;
};

/// What a seek sends: a flush and a new segment, or the segment alone.
void flush(Bench& bench);
void new_segment(Bench& bench);

/// A whole pipeline run to its end, or to an error.
struct Outcome {
  std::vector<Seen> frames;   ///< at the source pad of the element named "tracker"
  std::vector<Seen> arrived;  ///< at the element named "sink", when there is one
  std::vector<News> news;
  bool eos = false;
  bool failed = false;
};

/// @param prepare  called before the pipeline starts and after it is built
Outcome run_pipeline(const std::string& launch,
                     const std::function<void(GstElement* pipeline)>& prepare = {});

}  // namespace siamtrack::testing
