#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Installs what siamtrack needs, on Debian 12 and later and on Ubuntu. Packages that are there
# already are left alone, and where all are there nothing is done and no rights are needed.
#
# usage: tools/setup.sh             install
#        tools/setup.sh --list      only print the packages
#        tools/setup.sh --update    only fetch the package lists
set -euo pipefail

packages=(
  # to build
  g++ meson ninja-build pkg-config
  libtorch-dev libdnnl-dev libopencv-dev nlohmann-json3-dev libcli11-dev zlib1g-dev libpugixml-dev
  libgstreamer1.0-dev libgstreamer-plugins-base1.0-dev libpango1.0-dev
  libgstreamer-plugins-bad1.0-dev  # GstAnalytics, from Debian 13 on
  python3-venv  # for LibTorch with CUDA (tools/build_cuda.sh)
  # to run: tools, decoders, encoders, video sinks and cameras
  gstreamer1.0-tools gstreamer1.0-plugins-base gstreamer1.0-plugins-good
  gstreamer1.0-plugins-ugly gstreamer1.0-libav gstreamer1.0-x
  # to test
  libgtest-dev libbenchmark-dev python3 python3-gi gir1.2-gstreamer-1.0 gstreamer1.0-opencv
  gstreamer1.0-plugins-bad gnuplot-nox
)

if [ "${1:-}" = --list ]; then
  printf '%s\n' "${packages[@]}"
  exit 0
fi
if ! command -v apt-get >/dev/null; then
  echo "setup: this is not Debian or Ubuntu; install what corresponds to: ${packages[*]}" >&2
  exit 0
fi

# Runs a command as root.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    echo "setup: run this as root: $*" >&2
    exit 1
  fi
}

if [ "${1:-}" = --update ]; then
  as_root apt-get update -q
  exit 0
fi

missing=()
for package in "${packages[@]}"; do
  state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$state" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} = 0 ]; then
  echo "setup: everything needed is installed"
  exit 0
fi
echo "setup: installing ${missing[*]}"
as_root apt-get update -q
as_root env DEBIAN_FRONTEND=noninteractive \
  apt-get install -y -q --no-install-recommends "${missing[@]}"
