#!/usr/bin/env bash
# Publishes the conformance program for this machine as users publish theirs, runs it, and fails unless the right kernels were chosen:
# self-contained, and compiled ahead of time, where the compiler decides which instruction sets exist.
# Usage: publish.sh [self-contained | ahead-of-time | ahead-of-time-v3 | ahead-of-time-native]; all of them unless one is named.
set -euo pipefail
only=${1:-}
project=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
[[ $(uname -s) == Linux ]] || { echo "publish.sh knows Linux only" >&2; exit 2; }
case $(uname -m) in
  x86_64) rid=linux-x64 baseline=sse2 ;;
  aarch64) rid=linux-arm64 baseline=neon ;;
  *) echo "publish.sh does not know $(uname -m)" >&2; exit 2 ;;
esac

# publish_and_run NAME EXPECTED-INSTRUCTION-SET [MSBUILD-PROPERTY...]
publish_and_run() {
  local name=$1 expected=$2; shift 2
  [[ -z $only || $only == "$name" ]] || return 0
  echo "-- $name, must choose $expected"
  dotnet publish "$project" -c Release -r $rid "$@" --artifacts-path "$work/artifacts" -o "$work/$name" -v quiet -nologo
  "$work/$name/WeightedLoss.Kernels.Conformance" --expect "$expected" >"$work/$name.txt" || { cat "$work/$name.txt"; return 1; }
  grep -v 'not executed here' "$work/$name.txt" | sed -n '1,2p;$p'
  rm -rf "${work:?}/$name"
}

best=$baseline
if grep -q -m 1 avx2 /proc/cpuinfo; then best=avx2; fi
if grep -q -m 1 avx512dq /proc/cpuinfo; then best=avx512; fi
publish_and_run self-contained $best --self-contained true

if ! command -v clang >/dev/null && command -v apt-get >/dev/null; then
  (apt-get update -qq && apt-get install -y -qq --no-install-recommends clang zlib1g-dev >/dev/null) || true
fi
if ! command -v clang >/dev/null; then
  echo "clang and zlib's headers could not be installed: nothing is compiled ahead of time" >&2
  [[ $only != ahead-of-time* ]]
  exit
fi
aot=-p:ConformanceAheadOfTime=true
publish_and_run ahead-of-time $baseline $aot
if [[ $best == avx* ]]; then publish_and_run ahead-of-time-v3 avx2 $aot -p:IlcInstructionSet=x86-64-v3; fi
publish_and_run ahead-of-time-native $best $aot -p:IlcInstructionSet=native
