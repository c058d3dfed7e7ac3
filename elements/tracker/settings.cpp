// SPDX-License-Identifier: LGPL-2.1-or-later
#include "settings.h"

namespace siamtrack::tracker {
namespace {

constexpr unsigned kMaxTrail = 10000;  // centres

using bridge::kAnyTime;
using bridge::kControllable;
using bridge::kInReady;
using Table = bridge::PropertyTable<Settings>;

/// The property `box`: every value is another request, so it is not a plain member.
void add_box(Table& table) {
  table.text(
      {"box", "Box",
       "What to follow, from the next frame on: \"x,y,width,height\", or the four corners of "
       "a polygon as eight numbers. May be set again at any time: with max-targets=1 it "
       "replaces the target, with more it adds one. Empty stops following"},
      [](Settings& settings, const GValue* value) {
        const gchar* text = g_value_get_string(value);
        if (text == nullptr || *text == '\0') {
          settings.boxes.clear();
          return;
        }
        settings.boxes.push_back({text, settings.box_time});
        if (settings.boxes.size() > kMaxTargets) {
          settings.boxes.erase(settings.boxes.begin());
        }
      },
      [](const Settings& settings, GValue* value) {
        g_value_set_string(value,
                           settings.boxes.empty() ? nullptr : settings.boxes.back().text.c_str());
      });
}

void add_model_properties(Table& table) {
  table.plain(
      {"model", "Model",
       "Model file or short name, looked up in SIAMTRACK_MODEL_PATH and the installed "
       "models. Set in PLAYING it is exchanged between two frames, and all targets but lost "
       "ones are kept"},
      SIAMTRACK_SETTING(model), kAnyTime);
  table.plain({"preset", "Preset",
               "Named hyper-parameters of the model file. Set in PLAYING as the model is"},
              SIAMTRACK_SETTING(options.preset), kAnyTime);
  table.choice({"device", "Device", "Where the network runs"}, SIAMTRACK_SETTING(options.device),
               device_type(), kInReady);
  table.number({"device-id", "Device id", "Which CUDA device (-1 = the current one)"},
               SIAMTRACK_SETTING(options.device_id), -1, G_MAXINT, kInReady);
  table.number({"num-threads", "Threads", "CPU threads per frame (0 = half the cores)"},
               SIAMTRACK_SETTING(options.num_threads), 0, G_MAXINT, kInReady);
}

void add_target_properties(Table& table) {
  add_box(table);
  table.choice({"box-units", "Box units", "Unit of box, add-target, track-point and select events"},
               SIAMTRACK_SETTING(units), units_type(), kAnyTime);
  table.number({"box-time", "Box time",
                "Stream time of the first frame that a box is for, ns (0 = the next frame). Counts "
                "for the values of box that are set after it"},
               SIAMTRACK_SETTING(box_time), 0, G_MAXUINT64, kAnyTime);
  table.plain({"init-file", "Init file",
               "Text file with one box per line, \"seconds,x,y,width,height\" and, if wanted, "
               "\",label\": each starts a target at its stream time"},
              SIAMTRACK_SETTING(init_file), kInReady);
  table.choice({"init-from", "Init from", "Who may start targets"}, SIAMTRACK_SETTING(init_from),
               init_from_type(), kAnyTime);
  table.plain({"init-label", "Init label", "Start from upstream metadata of this label only"},
              SIAMTRACK_SETTING(init_label), kAnyTime);
  table.number({"click-size", "Click size",
                "Side of the box about a click, as a fraction of the frame's shorter side"},
               SIAMTRACK_SETTING(click_size), 0, 1, kControllable);
  table.number({"max-targets", "Maximum of targets",
                "With 1 a new target replaces the old one, with more it is added"},
               SIAMTRACK_SETTING(max_targets), 1, kMaxTargets, kAnyTime);
  table.plain({"label", "Label", "Type of new targets in metadata and messages"},
              SIAMTRACK_SETTING(label), kAnyTime);
  table.number({"object-initial-x", "Initial x", "As cvtracker's: left of the box, px"},
               SIAMTRACK_SETTING(initial.x), 0, G_MAXUINT, kAnyTime);
  table.number({"object-initial-y", "Initial y", "As cvtracker's: top of the box, px"},
               SIAMTRACK_SETTING(initial.y), 0, G_MAXUINT, kAnyTime);
  table.number({"object-initial-width", "Initial width", "As cvtracker's: width of the box, px"},
               SIAMTRACK_SETTING(initial.width), 0, G_MAXUINT, kAnyTime);
  table.number({"object-initial-height", "Initial height", "As cvtracker's: height of the box, px"},
               SIAMTRACK_SETTING(initial.height), 0, G_MAXUINT, kAnyTime);
}

void add_tracking_properties(Table& table) {
  table.number({"lost-threshold", "Lost threshold", "Below this score a target is uncertain"},
               SIAMTRACK_SETTING(track.lost_threshold), 0, 1, kControllable);
  table.number({"found-threshold", "Found threshold",
                "From this score on an uncertain or lost target is tracked again"},
               SIAMTRACK_SETTING(track.found_threshold), 0, 1, kControllable);
  table.number({"lost-after", "Lost after", "Frames in a row uncertain before a target is lost"},
               SIAMTRACK_SETTING(track.lost_after), 1, G_MAXINT, kAnyTime);
  table.number(
      {"lost-timeout", "Lost timeout", "Give a target up when lost for this long, ns (0 = never)"},
      SIAMTRACK_SETTING(lost_timeout), 0, G_MAXUINT64, kAnyTime);
  table.choice({"redetect", "Redetect", "Where a lost target is searched for"},
               SIAMTRACK_SETTING(track.redetect), redetect_type(), kAnyTime);
  table.number({"redetect-interval", "Redetect interval", "Frames between two searches while lost"},
               SIAMTRACK_SETTING(track.redetect_interval), 1, G_MAXINT, kAnyTime);
  table.number({"interval", "Interval",
                "Track every so many frames; boxes are extrapolated on those between"},
               SIAMTRACK_SETTING(interval), 1, G_MAXINT, kAnyTime);
  table.choice({"late-policy", "Late policy",
                "What to do when tracking cannot keep up. Only drop-buffer lets the QoS events of "
                "the sink through to the elements upstream, which drop pictures on them"},
               SIAMTRACK_SETTING(late_policy), late_policy_type(), kAnyTime);
  table.choice({"reset-on", "Reset on", "What makes the element forget its targets"},
               SIAMTRACK_SETTING(reset_on), reset_on_type(), kAnyTime);
  table.choice({"output", "Output", "Metadata to attach"}, SIAMTRACK_SETTING(output), output_type(),
               kAnyTime);
  table.choice({"messages", "Messages", "What is posted on the bus"}, SIAMTRACK_SETTING(messages),
               messages_type(), kAnyTime);
  table.number({"trail-length", "Trail length", "Latest centres of a target kept in its metadata"},
               SIAMTRACK_SETTING(trail_length), 0, kMaxTrail, kAnyTime);
}

}  // namespace

const bridge::PropertyTable<Settings>& settings_table() {
  static const Table table = [] {
    Table all;
    add_model_properties(all);
    add_target_properties(all);
    add_tracking_properties(all);
    return all;
  }();
  return table;
}

}  // namespace siamtrack::tracker
