#!/usr/bin/env bash
# conformance-neon.sh [--listing FILE] [OPTION...]: builds the conformance program for linux-arm64 and runs it under qemu-user, with these
# options: the NEON kernels on a machine that has none. Fails unless NEON was chosen and every hash is the expected one. With --listing the
# JIT writes the kernels' machine code to a file, for the benchmarks' command audit. On an Arm machine no emulator is needed: dotnet run.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
listing=
if [[ ${1:-} == --listing ]]; then
  listing=$(realpath -m "$2")
  shift 2
fi
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
"$here/publish-neon.sh" "$here/../WeightedLoss.Kernels.Conformance" "$work/app"
if [[ -n $listing ]]; then
  # Each method is compiled once, optimised.
  export DOTNET_TieredCompilation=0 DOTNET_JitDisasm='*Neon*:*' DOTNET_JitDisasmDiffable=1 DOTNET_JitStdOutFile=$listing
  set -- "$@" --every-option
fi
"$here/arm64-run.sh" "$work/app/WeightedLoss.Kernels.Conformance" --expect neon "$@"
