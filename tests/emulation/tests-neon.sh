#!/usr/bin/env bash
# Builds the tests of the libraries for linux-arm64 and runs them under qemu-user; fails unless NEON was chosen and every test passes.
# Without an argument: which kernels are chosen, what they are handed, threads that share them, and the same bits from each. --quick: less
# of the last, which the conformance program asks, too. --all: everything but the sweeps over all floats, and the tests that start their
# own program, which qemu-user can't do. On an Arm machine: dotnet test.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT

filters=(-trait- StartsProcesses=yes -trait- Category=Exhaustive)
projects=(WeightedLoss.Kernels.Tests)
if [[ ${1:-} == --all ]]; then
  projects+=(WeightedLoss.Imbalance.Tests)
else
  for class in .ChosenKernelTests .RefusedInstructionSetTests .ReferenceTests .SharedByThreadsTests 'SameBitsTestsOf*'; do
    filters+=(-class "*$class")
  done
fi

if [[ ${1:-} == --quick ]]; then filters+=(-method- '*.Kernel_Corpus_GivesTheScalarBits' -method- '*.Kernel_OneToEightThreads_GivesTheSameBits'); fi

export WEIGHTEDLOSS_EXPECTED_KERNEL=neon WEIGHTEDLOSS_KERNEL_REPORT=$work/kernels.txt
status=0
for project in "${projects[@]}"; do
  "$here/publish-neon.sh" "$here/../$project" "$work/$project"
  "$here/arm64-run.sh" "$work/$project/$project" -noColor "${filters[@]}" >"$work/log.txt" 2>&1 || status=$?
  grep -v -e '^Ok, passed' -e 'not executed here' -e 'not in this run' -e '^ *Discover' "$work/log.txt" || true
done

# Not none by a filter that matches nothing, nor by kernels that are not NEON's.
grep -q 'dispatched to neon' "$work/kernels.txt" && grep -q 'ce-f32-c7-neon *passed' "$work/kernels.txt" || { echo "FAILED: NEON was not tested"; exit 1; }
exit "$status"
