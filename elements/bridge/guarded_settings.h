// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gst/gst.h>

#include <mutex>

#include "property_table.h"

namespace siamtrack::bridge {

/// An element's settings, which the application sets while the streaming thread reads them.
template <typename Settings>
class GuardedSettings {
 public:
  explicit GuardedSettings(const PropertyTable<Settings>& table) : table_(table) {}

  Settings copy() const {
    const std::lock_guard lock(mutex_);
    return settings_;
  }

  /// GObject's set_property and get_property; warn of an id that is not in the table.
  void set_property(GObject* object, guint id, const GValue* value, GParamSpec* spec) {
    const std::lock_guard lock(mutex_);
    if (!table_.set(settings_, id, value)) G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
  void get_property(GObject* object, guint id, GValue* value, GParamSpec* spec) const {
    const std::lock_guard lock(mutex_);
    if (!table_.get(settings_, id, value)) G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }

 private:
  const PropertyTable<Settings>& table_;
  mutable std::mutex mutex_;
  Settings settings_;
};

}  // namespace siamtrack::bridge
