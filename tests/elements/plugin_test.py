#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The plugin file links neither LibTorch nor OpenCV, and a registry scan of it is quick.

usage: plugin_test.py PLUGIN.so
"""
import os
import subprocess
import sys
import tempfile

FORBIDDEN = ("torch", "c10", "opencv", "siamtrack.so")
MOST_MS = 20.0  # a registry scan may take this much longer with the plugin than without
ROUNDS = 15


def needed(plugin):
    """All libraries the dynamic linker loads with the plugin."""
    listing = subprocess.run(["ldd", plugin], check=True, capture_output=True, text=True).stdout
    return [line.split()[0] for line in listing.splitlines() if line.strip()]


def scan_ms(plugin_folder):
    """Least processor time of a registry scan of that folder into a new registry, in milliseconds."""
    times = []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            env = dict(os.environ, GST_REGISTRY_1_0=os.path.join(folder, "registry.bin"),
                       GST_PLUGIN_SYSTEM_PATH_1_0=plugin_folder, GST_PLUGIN_PATH_1_0="",
                       GST_REGISTRY_FORK="no", GST_TRACERS="")
            process = subprocess.Popen(["gst-inspect-1.0", "--version"], env=env,
                                       stdout=subprocess.DEVNULL)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = status
            times.append(1000 * (usage.ru_utime + usage.ru_stime))
    return min(times)


def inspect(plugin_folder):
    with tempfile.TemporaryDirectory() as folder:
        env = dict(os.environ, GST_REGISTRY_1_0=os.path.join(folder, "registry.bin"),
                   GST_PLUGIN_SYSTEM_PATH_1_0=plugin_folder, GST_PLUGIN_PATH_1_0="", GST_TRACERS="")
        return subprocess.run(["gst-inspect-1.0", "siamtrack"], env=env, check=True,
                              capture_output=True, text=True).stdout


def main():
    plugin = os.path.abspath(sys.argv[1])
    loaded = [name for name in needed(plugin) if any(word in name for word in FORBIDDEN)]
    if loaded:
        sys.exit("the plugin loads " + ", ".join(loaded))
    with tempfile.TemporaryDirectory() as empty, tempfile.TemporaryDirectory() as full:
        os.symlink(plugin, os.path.join(full, os.path.basename(plugin)))
        extra = scan_ms(full) - scan_ms(empty)
        text = inspect(full)
    print(f"registry scan: {extra:.1f} ms more with the plugin (at most {MOST_MS:g})")
    if extra > MOST_MS:
        sys.exit("the registry scan is too slow")
    for word in ("box ", "late-policy", "add-target", "changeable in NULL, READY, PAUSED or PLAYING"):
        if word not in text:
            sys.exit(f"gst-inspect-1.0 siamtrack does not show {word!r}")


if __name__ == "__main__":
    main()
