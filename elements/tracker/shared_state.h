// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "bridge/target_record.h"
#include "requests.h"
#include "selection.h"
#include "settings.h"
#include "siamtrack/plugin_api.h"

namespace siamtrack::tracker {

/// Counts since the element started.
struct Stats {
  guint64 frames = 0;
  guint64 tracked = 0;  ///< tracking steps
  guint64 skipped = 0;  ///< steps left out because the stream was late
  guint64 dropped = 0;  ///< frames dropped (late-policy=drop-buffer)
  guint64 lost = 0;
  guint64 refound = 0;
  guint64 inits = 0;
  guint64 rejected = 0;
};

/// What the streaming thread and the application's threads both touch. Hold `mutex` for a copy or
/// an assignment, never while a message is posted or a frame is tracked.
struct SharedState {
  std::mutex mutex;
  Settings settings;
  unsigned generation = 0;  ///< grows with every change of `settings`
  std::vector<Request> requests;
  Pointer pointer;
  bool streaming = false;                    ///< between start() and stop()
  std::shared_ptr<const PluginModel> model;  ///< between NULL -> READY and READY -> NULL
  bridge::FrameRecord snapshot;
  Stats stats;
};

/// Passes a request on to the streaming thread. Takes the mutex.
void enqueue(SharedState& shared, Request request);

/// After a change of the property `name` while streaming: requests what it asks for.
/// Requires  the caller holds the mutex
void request_box(SharedState& shared, const char* name);

/// When streaming begins: requests all boxes that were set before.
/// Requires  the caller holds the mutex
void request_all_boxes(SharedState& shared);

/// How long tracking steps take, ns.
struct StepTimes {
  GstClockTime latency = 0;
  GstClockTime average = 0;
  GstClockTime longest = 0;
};

/// The value of the property `stats`. @param model  null when none is loaded
GstStructure* to_structure(const Stats& stats, const StepTimes& times, const PluginModel* model);

/// The value of the property `targets`.
void store_targets(const bridge::FrameRecord& record, GValue* value);

}  // namespace siamtrack::tracker
