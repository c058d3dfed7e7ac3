#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Builds siamtrack with CUDA in build-cuda/ and runs its tests. LibTorch and the CUDA compiler come from
# PyPI into build-cuda/python (6 GB): the machine needs no CUDA toolkit, and NVIDIA's driver only to run.
#
# usage: tools/build_cuda.sh [options for "meson setup"]
set -euo pipefail
cd "$(dirname "$0")/.."

torch_version=2.15.0  # brings CUDA 13, for GPUs from Turing (2018) on

tools/setup.sh
python=$PWD/build-cuda/python
if ! [ -x "$python/bin/pip" ]; then
  rm -rf "$python"  # what an interrupted run may have left
  python3 -m venv "$python"
fi
echo "build_cuda: LibTorch $torch_version and nvcc from PyPI"
"$python/bin/pip" install --quiet "torch==$torch_version" "cuda-toolkit[nvcc]" numpy safetensors
packages=$("$python/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
compiler=$(echo "$packages"/nvidia/cu*/bin)

export PATH=$python/bin:$compiler:$PATH
SIAMTRACK_BUILD=build-cuda exec tools/build_and_test.sh \
  -Dlibtorch="$packages/torch" -Dcuda=enabled "$@"
