// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gst/gst.h>

#include <functional>
#include <string>
#include <type_traits>

#include "settings.h"

/// One row per property: its GParamSpec, and how its value moves between a GValue and Settings.
namespace siamtrack::tracker {

/// When a property may be changed.
inline constexpr int kInReady =
    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY;
inline constexpr int kAnyTime =
    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING;
inline constexpr int kControllable = kAnyTime | GST_PARAM_CONTROLLABLE;

struct Property {
  GParamSpec* spec;
  std::function<void(Settings&, const GValue*)> set;
  std::function<void(const Settings&, GValue*)> get;
};

struct Text {
  const char* name;
  const char* nick;
  const char* blurb;
};

/// Reads a GValue into the member's own type, and back.
template <typename Member>
void load(Member& member, const GValue* value) {
  if constexpr (std::is_same_v<Member, std::string>) {
    const gchar* text = g_value_get_string(value);
    member = text != nullptr ? text : "";
  } else if constexpr (std::is_enum_v<Member>) {
    member = static_cast<Member>(g_value_get_enum(value));
  } else if constexpr (std::is_same_v<Member, double>) {
    member = g_value_get_double(value);
  } else if constexpr (std::is_same_v<Member, guint64>) {
    member = g_value_get_uint64(value);
  } else if constexpr (std::is_same_v<Member, int>) {
    member = g_value_get_int(value);
  } else {
    static_assert(std::is_same_v<Member, unsigned>);
    member = G_VALUE_HOLDS_FLAGS(value) ? g_value_get_flags(value) : g_value_get_uint(value);
  }
}

template <typename Member>
void store(const Member& member, GValue* value) {
  if constexpr (std::is_same_v<Member, std::string>) {
    g_value_set_string(value, member.empty() ? nullptr : member.c_str());
  } else if constexpr (std::is_enum_v<Member>) {
    g_value_set_enum(value, static_cast<gint>(member));
  } else if constexpr (std::is_same_v<Member, double>) {
    g_value_set_double(value, member);
  } else if constexpr (std::is_same_v<Member, guint64>) {
    g_value_set_uint64(value, member);
  } else if constexpr (std::is_same_v<Member, int>) {
    g_value_set_int(value, member);
  } else {
    static_assert(std::is_same_v<Member, unsigned>);
    if (G_VALUE_HOLDS_FLAGS(value)) {
      g_value_set_flags(value, member);
    } else {
      g_value_set_uint(value, member);
    }
  }
}

/// @param member  reaches the member: Settings& -> Member&
template <typename Access>
Property make_property(GParamSpec* spec, Access member) {
  return {spec,
          [member](Settings& settings, const GValue* value) { load(member(settings), value); },
          [member](const Settings& settings, GValue* value) {
            store(member(const_cast<Settings&>(settings)), value);
          }};
}

}  // namespace siamtrack::tracker
