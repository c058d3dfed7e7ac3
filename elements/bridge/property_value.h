// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gst/gst.h>

#include <string>
#include <type_traits>

/// How one property of a type looks to GObject.
namespace siamtrack::bridge {

/// When a property may be changed.
inline constexpr int kInReady =
    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY;
inline constexpr int kAnyTime =
    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING;
inline constexpr int kControllable = kAnyTime | GST_PARAM_CONTROLLABLE;

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
  } else if constexpr (std::is_same_v<Member, bool>) {
    member = g_value_get_boolean(value);
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
  } else if constexpr (std::is_same_v<Member, bool>) {
    g_value_set_boolean(value, member);
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

inline GParamSpec* plain_spec(const Text& text, const std::string& value, GParamFlags flags) {
  return g_param_spec_string(text.name, text.nick, text.blurb,
                             value.empty() ? nullptr : value.c_str(), flags);
}

inline GParamSpec* plain_spec(const Text& text, bool value, GParamFlags flags) {
  return g_param_spec_boolean(text.name, text.nick, text.blurb, value, flags);
}

template <typename Member>
GParamSpec* choice_spec(const Text& text, Member value, GType type, GParamFlags flags) {
  if constexpr (std::is_enum_v<Member>) {
    return g_param_spec_enum(text.name, text.nick, text.blurb, type, static_cast<gint>(value),
                             flags);
  } else {
    return g_param_spec_flags(text.name, text.nick, text.blurb, type, value, flags);
  }
}

inline GParamSpec* number_spec(const Text& text, double value, double least, double most,
                               GParamFlags flags) {
  return g_param_spec_double(text.name, text.nick, text.blurb, least, most, value, flags);
}

inline GParamSpec* number_spec(const Text& text, int value, int least, int most,
                               GParamFlags flags) {
  return g_param_spec_int(text.name, text.nick, text.blurb, least, most, value, flags);
}

inline GParamSpec* number_spec(const Text& text, unsigned value, unsigned least, unsigned most,
                               GParamFlags flags) {
  return g_param_spec_uint(text.name, text.nick, text.blurb, least, most, value, flags);
}

inline GParamSpec* number_spec(const Text& text, guint64 value, guint64 least, guint64 most,
                               GParamFlags flags) {
  return g_param_spec_uint64(text.name, text.nick, text.blurb, least, most, value, flags);
}

}  // namespace siamtrack::bridge
