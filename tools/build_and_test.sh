#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Installs what is missing, builds siamtrack in build/ (or $SIAMTRACK_BUILD) and runs its tests.
#
# usage: tools/build_and_test.sh [options for "meson setup"]
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${SIAMTRACK_BUILD:-build}

step() { printf '\n== %s\n' "$*"; }

step "1 of 4: packages (tools/setup.sh)"
tools/setup.sh

step "2 of 4: configure in $folder/"
if [ -f "$folder/build.ninja" ]; then
  [ $# = 0 ] || meson configure "$folder" "$@"
else
  meson setup "$folder" "$@"
fi

# A file that includes LibTorch takes up to 2 GB to compile.
memory_gb=$(awk '/MemAvailable/ { print int($2 / 1048576) }' /proc/meminfo)
jobs=$(nproc)
[ "$((memory_gb / 2))" -ge "$jobs" ] || jobs=$((memory_gb / 2 > 0 ? memory_gb / 2 : 1))

step "3 of 4: build with $jobs jobs"
ninja -C "$folder" -j "$jobs"

step "4 of 4: tests"
meson test -C "$folder" --no-rebuild --print-errorlogs
