// SPDX-License-Identifier: LGPL-2.1-or-later
#include "settings.h"

#include <limits>

#include "property_table.h"

namespace siamtrack::tracker {
namespace {

constexpr unsigned kMaxTrail = 10000;  // centres

GParamFlags flags(int value) { return static_cast<GParamFlags>(value); }

template <typename Access>
Property string(const Text& text, Access member, int when) {
  const Settings defaults;
  const std::string& value = member(const_cast<Settings&>(defaults));
  return make_property(g_param_spec_string(text.name, text.nick, text.blurb,
                                           value.empty() ? nullptr : value.c_str(), flags(when)),
                       member);
}

template <typename Access>
Property choice(const Text& text, Access member, GType type, int when) {
  Settings defaults;
  return make_property(g_param_spec_enum(text.name, text.nick, text.blurb, type,
                                         static_cast<gint>(member(defaults)), flags(when)),
                       member);
}

template <typename Access>
Property choices(const Text& text, Access member, GType type) {
  Settings defaults;
  return make_property(
      g_param_spec_flags(text.name, text.nick, text.blurb, type, member(defaults), flags(kAnyTime)),
      member);
}

template <typename Access>
Property fraction(const Text& text, Access member) {
  Settings defaults;
  return make_property(g_param_spec_double(text.name, text.nick, text.blurb, 0, 1, member(defaults),
                                           flags(kControllable)),
                       member);
}

template <typename Access>
Property count(const Text& text, Access member, unsigned least, unsigned most) {
  Settings defaults;
  return make_property(g_param_spec_uint(text.name, text.nick, text.blurb, least, most,
                                         member(defaults), flags(kAnyTime)),
                       member);
}

template <typename Access>
Property integer(const Text& text, Access member, int least, int when) {
  Settings defaults;
  return make_property(
      g_param_spec_int(text.name, text.nick, text.blurb, least, std::numeric_limits<int>::max(),
                       member(defaults), flags(when)),
      member);
}

/// The property `box`: every value is another request, so it is not a plain member.
Property box() {
  return {
      g_param_spec_string(
          "box", "Box",
          "What to follow, from the next frame on: \"x,y,width,height\", or the four corners of "
          "a polygon as eight numbers. May be set again at any time: with max-targets=1 it "
          "replaces the target, with more it adds one. Empty stops following",
          nullptr, flags(kAnyTime)),
      [](Settings& settings, const GValue* value) {
        const gchar* text = g_value_get_string(value);
        if (text == nullptr || *text == '\0') {
          settings.boxes.clear();
          return;
        }
        settings.boxes.emplace_back(text);
        if (settings.boxes.size() > kMaxTargets) settings.boxes.erase(settings.boxes.begin());
      },
      [](const Settings& settings, GValue* value) {
        g_value_set_string(value, settings.boxes.empty() ? nullptr : settings.boxes.back().c_str());
      }};
}

/// Reaches a member of Settings that has the given path.
#define MEMBER(path) \
  [](Settings & settings) -> auto& { return settings.path; }

std::vector<Property> model_properties() {
  return {
      string({"model", "Model",
              "Model file or short name, looked up in SIAMTRACK_MODEL_PATH and the installed "
              "models. Set in PLAYING it is exchanged between two frames, and targets are kept"},
             MEMBER(model), kAnyTime),
      string({"preset", "Preset", "Named hyper-parameters of the model file"},
             MEMBER(options.preset), kInReady),
      choice({"device", "Device", "Where the network runs"}, MEMBER(options.device), device_type(),
             kInReady),
      integer({"device-id", "Device id", "Which CUDA device (-1 = the current one)"},
              MEMBER(options.device_id), -1, kInReady),
      integer({"num-threads", "Threads", "CPU threads per frame (0 = half the cores)"},
              MEMBER(options.num_threads), 0, kInReady),
  };
}

std::vector<Property> target_properties() {
  return {
      box(),
      choice({"box-units", "Box units", "Unit of box, add-target, track-point and select events"},
             MEMBER(units), units_type(), kAnyTime),
      choices({"init-from", "Init from", "Who may start targets"}, MEMBER(init_from),
              init_from_type()),
      string({"init-label", "Init label", "Start from upstream metadata of this label only"},
             MEMBER(init_label), kAnyTime),
      fraction({"click-size", "Click size",
                "Side of the box about a click, as a fraction of the frame's shorter side"},
               MEMBER(click_size)),
      count({"max-targets", "Maximum of targets",
             "With 1 a new target replaces the old one, with more it is added"},
            MEMBER(max_targets), 1, kMaxTargets),
      string({"label", "Label", "Type of new targets in metadata and messages"}, MEMBER(label),
             kAnyTime),
      count({"object-initial-x", "Initial x", "As cvtracker's: left of the box, px"},
            MEMBER(initial.x), 0, G_MAXUINT),
      count({"object-initial-y", "Initial y", "As cvtracker's: top of the box, px"},
            MEMBER(initial.y), 0, G_MAXUINT),
      count({"object-initial-width", "Initial width", "As cvtracker's: width of the box, px"},
            MEMBER(initial.width), 0, G_MAXUINT),
      count({"object-initial-height", "Initial height", "As cvtracker's: height of the box, px"},
            MEMBER(initial.height), 0, G_MAXUINT),
  };
}

std::vector<Property> tracking_properties() {
  return {
      fraction({"lost-threshold", "Lost threshold", "Below this score a target is uncertain"},
               MEMBER(track.lost_threshold)),
      fraction({"found-threshold", "Found threshold",
                "From this score on an uncertain or lost target is tracked again"},
               MEMBER(track.found_threshold)),
      integer({"lost-after", "Lost after", "Frames in a row uncertain before a target is lost"},
              MEMBER(track.lost_after), 1, kAnyTime),
      make_property(g_param_spec_uint64("lost-timeout", "Lost timeout",
                                        "Give a target up when lost for this long, ns (0 = never)",
                                        0, G_MAXUINT64, 0, flags(kAnyTime)),
                    MEMBER(lost_timeout)),
      choice({"redetect", "Redetect", "Where a lost target is searched for"},
             MEMBER(track.redetect), redetect_type(), kAnyTime),
      integer({"redetect-interval", "Redetect interval", "Frames between two searches while lost"},
              MEMBER(track.redetect_interval), 1, kAnyTime),
      count({"interval", "Interval",
             "Track every so many frames; boxes are extrapolated on those between"},
            MEMBER(interval), 1, G_MAXINT),
      choice({"late-policy", "Late policy", "What to do when tracking cannot keep up"},
             MEMBER(late_policy), late_policy_type(), kAnyTime),
      choices({"reset-on", "Reset on", "What makes the element forget its targets"},
              MEMBER(reset_on), reset_on_type()),
      choices({"output", "Output", "Metadata to attach"}, MEMBER(output), output_type()),
      choice({"messages", "Messages", "What is posted on the bus"}, MEMBER(messages),
             messages_type(), kAnyTime),
      count({"trail-length", "Trail length", "Latest centres of a target kept in its metadata"},
            MEMBER(trail_length), 0, kMaxTrail),
  };
}

#undef MEMBER

const std::vector<Property>& table() {
  static const std::vector<Property> rows = [] {
    std::vector<Property> all = model_properties();
    for (const auto& part : {target_properties(), tracking_properties()}) {
      all.insert(all.end(), part.begin(), part.end());
    }
    return all;
  }();
  return rows;
}

}  // namespace

guint install_settings(GObjectClass* klass) {
  guint id = 1;
  for (const Property& property : table()) {
    g_object_class_install_property(klass, id++, property.spec);
  }
  return id;
}

void set_setting(Settings& settings, guint id, const GValue* value) {
  if (id >= 1 && id <= table().size()) table()[id - 1].set(settings, value);
}

void get_setting(const Settings& settings, guint id, GValue* value) {
  if (id >= 1 && id <= table().size()) table()[id - 1].get(settings, value);
}

}  // namespace siamtrack::tracker
