// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gst/gst.h>

#include <functional>
#include <type_traits>
#include <utility>
#include <vector>

#include "property_value.h"

/// An element's properties as a table over its settings struct, whose defaults are theirs.
namespace siamtrack::bridge {

/// Reaches the setting of that path, as the functions of PropertyTable want it.
#define SIAMTRACK_SETTING(path) ([](auto& settings) -> auto& { return settings.path; })

/// One row per property; its id is its place, from 1. The functions that add a row take
/// @param member  SIAMTRACK_SETTING(path of the setting)
/// @param when    kInReady, kAnyTime or kControllable
template <typename Settings>
class PropertyTable {
 public:
  using Setter = std::function<void(Settings&, const GValue*)>;
  using Getter = std::function<void(const Settings&, GValue*)>;
  template <typename Access>
  using Reached = std::remove_cvref_t<std::invoke_result_t<Access, Settings&>>;

  /// Text or truth.
  template <typename Access>
  void plain(const Text& text, Access member, int when) {
    add(plain_spec(text, member(defaults_), flags(when)), member);
  }

  /// One of an enum's values, or a set of flags; `type` is registered with GObject.
  template <typename Access>
  void choice(const Text& text, Access member, GType type, int when) {
    add(choice_spec(text, member(defaults_), type, flags(when)), member);
  }

  /// @param least, most  the range, both included
  template <typename Access>
  void number(const Text& text, Access member, Reached<Access> least, Reached<Access> most,
              int when) {
    add(number_spec(text, member(defaults_), least, most, flags(when)), member);
  }

  /// A text that is no plain member; it can be set at any time.
  void text(const Text& text, Setter set, Getter get) {
    rows_.push_back(
        {g_param_spec_string(text.name, text.nick, text.blurb, nullptr, flags(kAnyTime)),
         std::move(set), std::move(get)});
  }

  /// @return  the first id that is free
  guint install(GObjectClass* klass) const {
    guint id = 1;
    for (const Row& row : rows_) g_object_class_install_property(klass, id++, row.spec);
    return id;
  }

  /// Sets or reads a property. @return  false when there is none of that id
  bool set(Settings& settings, guint id, const GValue* value) const {
    if (id < 1 || id > rows_.size()) return false;
    rows_[id - 1].set(settings, value);
    return true;
  }
  bool get(const Settings& settings, guint id, GValue* value) const {
    if (id < 1 || id > rows_.size()) return false;
    rows_[id - 1].get(settings, value);
    return true;
  }

 private:
  struct Row {
    GParamSpec* spec;
    Setter set;
    Getter get;
  };

  static GParamFlags flags(int value) { return static_cast<GParamFlags>(value); }

  template <typename Access>
  void add(GParamSpec* spec, Access member) {
    rows_.push_back({spec,
                     [member](Settings& all, const GValue* value) { load(member(all), value); },
                     [member](const Settings& all, GValue* value) { store(member(all), value); }});
  }

  Settings defaults_;
  std::vector<Row> rows_;
};

}  // namespace siamtrack::bridge
