#!/usr/bin/env bash
# Runs the AVX-512 kernels: on this machine if it has AVX-512, otherwise in bochs on an emulated Skylake-X, compiled ahead of time.
# Fails unless AVX-512 was executed and every hash is the expected one (in bochs, but for two).  --emulate: bochs in any case.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
project=$here/../WeightedLoss.Kernels.Conformance
if [[ ${1:-} != --emulate ]] && grep -q -m 1 avx512dq /proc/cpuinfo; then
  exec dotnet run -c Release --project "$project" -- --executes avx512
fi
command -v clang >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends clang zlib1g-dev >/dev/null; } >&2
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
dotnet publish "$project" -c Release -r linux-x64 -p:ConformanceAheadOfTime=true -p:IlcInstructionSet=x86-64-v4 \
  --artifacts-path "$work/artifacts" -o "$work/app" -v quiet -nologo
rm -f "$work"/app/*.dbg
# Two families reach operands for which the fused multiply-add of bochs 2.7 is wrong (Processor.MultipliesAndAddsRight says which).
printf 'export DOTNET_EnableDiagnostics=0\n/app/WeightedLoss.Kernels.Conformance --only avx512 --may-differ ce-f64,focal-softmax-f64\n' >"$work/app/run.sh"
"$here/avx512-run.sh" "$work/app"
