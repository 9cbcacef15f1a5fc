#!/usr/bin/env bash
# conformance-neon.sh [OPTION...]: builds the conformance program for linux-arm64 and runs it under qemu-user, with these options: the NEON
# kernels on a machine that has none. Fails unless NEON was chosen and every hash is the expected one. On an Arm machine no emulator is
# needed: dotnet run.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
"$here/publish-neon.sh" "$here/../WeightedLoss.Kernels.Conformance" "$work/app"
"$here/arm64-run.sh" "$work/app/WeightedLoss.Kernels.Conformance" --expect neon "$@"
