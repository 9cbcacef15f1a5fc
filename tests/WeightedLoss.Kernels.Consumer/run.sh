#!/usr/bin/env bash
# Packs the libraries, and uses the packages as others do: from a folder outside of the repository, with its own package cache. Builds with
# warnings as errors and without unsafe code, compares bits with the library, runs the README's first program, and publishes trimmed and
# compiled ahead of time, where the compiler decides which instruction sets exist.
# Usage: run.sh [package | warning | quickstart | trimmed | ahead-of-time | speed]...; all but the last unless some are named. speed measures a program
# compiled ahead of time without an instruction set, and prints the time of the scalar kernels, too.
set -euo pipefail
parts=${*:-package warning quickstart trimmed ahead-of-time}
project=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$project/../.." && pwd)
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
[[ $(uname -s) == Linux ]] || { echo "run.sh knows Linux only" >&2; exit 2; }
case $(uname -m) in
  x86_64) rid=linux-x64 baseline=sse2 ;;
  aarch64) rid=linux-arm64 baseline=neon ;;
  *) echo "run.sh does not know $(uname -m)" >&2; exit 2 ;;
esac
best=$baseline
if grep -q -m 1 avx2 /proc/cpuinfo; then best=avx2; fi
if grep -q -m 1 avx512dq /proc/cpuinfo; then best=avx512; fi
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
step() { printf -- '-- %s (%ss)\n' "$*" $SECONDS; }
wants() { [[ " $parts " == *" $1 "* ]]; }

step "pack"
version=0.1.0-test.$(date +%s)
for package in WeightedLoss.Kernels WeightedLoss.Imbalance; do
  dotnet pack "$root/src/$package" -c Release -p:PackageVersion="$version" -o "$work/feed" -v quiet
  [[ -s $work/feed/$package.$version.snupkg ]] || { echo "There is no symbol package of $package." >&2; exit 1; }
  echo "$package $version"
done

# What was packed is not taken from a cache, and everything else not from the network again.
packages=${NUGET_PACKAGES:-$HOME/.nuget/packages}
export NUGET_FALLBACK_PACKAGES=$packages NUGET_PACKAGES=$work/cache
cp -r "$project" "$work/consumer"
cd "$work/consumer"
cat >NuGet.config <<XML
<configuration>
  <packageSources>
    <add key="packed" value="$work/feed" />
  </packageSources>
</configuration>
XML
consume() { local verb=$1; shift; dotnet "$verb" Consumer.csproj -p:Configuration=Release -v quiet -p:PackageVersionUnderTest="$version" "$@"; }

# publish WAY [MSBUILD-PROPERTY...]: into a folder of that name.
publish() { consume publish -r $rid -p:ConsumerPublish="$1" -o "$work/$1" "${@:2}"; }

# expect INSTRUCTION-SET PROGRAM [ARGUMENT...]: the hash of the first run, and these kernels.
expect() {
  local set=$1; shift
  local line; line=$("$@")
  hash=${hash:-${line% *}}
  echo "$line"
  [[ $line == "$hash $set" ]] || { echo "expected $hash $set" >&2; return 1; }
}

if wants package; then
  step "build, warnings as errors"
  consume build -r $rid --self-contained false
  for file in lib/net10.0/WeightedLoss.Kernels.{dll,xml} analyzers/dotnet/cs/WeightedLoss.Kernels.{Generators,CodeFixes}.dll README.md NOTICE docs/own-kernels.md docs/same-bits.md docs/change-log.md; do
    [[ -s $work/cache/weightedloss.kernels/$version/$file ]] || { echo "The package lacks $file." >&2; exit 1; }
  done
  for file in lib/net10.0/WeightedLoss.Imbalance.{dll,xml} README.md NOTICE; do
    [[ -s $work/cache/weightedloss.imbalance/$version/$file ]] || { echo "The package WeightedLoss.Imbalance lacks $file." >&2; exit 1; }
  done
  if grep -q 'WeightedLoss.Generated' "$work/cache/weightedloss.kernels/$version/lib/net10.0/WeightedLoss.Kernels.xml"; then
    echo "The documentation file has what only generated code uses." >&2; exit 1
  fi
  grep -q '<releaseNotes>Numerics version [1-9]' "$work/cache/weightedloss.kernels/$version/weightedloss.kernels.nuspec" ||
    { echo "The package does not name its numerics version." >&2; exit 1; }
  emitted=$(find obj -path '*LossKernelGenerator*' -name 'ce-f32-gathered-avx2.g.cs')
  [[ -s $emitted ]] || { echo "EmitCompilerGeneratedFiles left no kernel." >&2; exit 1; }

  step "run"
  program=bin/Release/net10.0/$rid/Consumer
  expect $best $program $program.pdb
  WEIGHTEDLOSS_INSTRUCTION_SET=scalar expect scalar $program

  step "mistakes"
  if consume build -p:ConsumerMistakes=true -p:OutputType=Library >mistakes.txt; then
    echo "Mistakes are not reported." >&2; exit 1
  fi
  for expected in "Mistakes.cs(8,35): error WLK001" "Mistakes.cs(12,27): error WLK001" "Mistakes.cs(15,23): error WLK001" "Mistakes.cs(17,2): error WLK004"; do
    grep -q -F "$expected" mistakes.txt || { cat mistakes.txt; echo "There is no $expected." >&2; exit 1; }
  done
fi

if wants warning; then
  step "the warning about instruction sets"
  # A project of its own, which has the package by way of another project and another package.
  mkdir -p "$work/warning/through" "$work/warning/app"
  cp NuGet.config "$work/warning"
  cd "$work/warning"
  cat >through/Through.csproj <<XML
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
  <ItemGroup><PackageReference Include="WeightedLoss.Imbalance" Version="$version" /></ItemGroup>
</Project>
XML
  cat >app/App.csproj <<XML
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework>
    <RuntimeIdentifiers>linux-x64;linux-arm64</RuntimeIdentifiers>
  </PropertyGroup>
  <ItemGroup><ProjectReference Include="../through/Through.csproj" /></ItemGroup>
</Project>
XML
  dotnet restore app/App.csproj -v quiet

  # warns EXPECTED RID [MSBUILD-PROPERTY...]: whether publishing does, 1 or 0. Nothing is compiled: its first step is enough.
  warns() {
    local expected=$1 rid=$2; shift 2
    local text; text=$(dotnet msbuild app/App.csproj -nologo -v:quiet -t:PrepareForPublish -p:RuntimeIdentifier="$rid" "$@")
    local found=0; if [[ $text == *"warning WLK101: "*"<IlcInstructionSet>x86-64-v3</IlcInstructionSet>"* ]]; then found=1; fi
    [[ $found == "$expected" && ( $found == 1 || -z $text ) ]] || { echo "$rid $*: WLK101 is $found, not $expected: $text" >&2; exit 1; }
  }
  aot=-p:PublishAot=true
  warns 1 linux-x64 $aot
  warns 1 win-x64 $aot -p:IlcInstructionSet=x86-64-v2
  warns 1 linux-x64 $aot -p:IlcInstructionSet=sse4.2%2cpopcnt
  for set in x86-64-v3 x86-64-v4 native AVX2 bmi%2cfma avx512f; do warns 0 linux-x64 $aot -p:IlcInstructionSet=$set; done
  warns 0 linux-arm64 $aot
  warns 0 linux-x64
  warns 0 linux-x64 $aot -p:NoWarn=WLK101
  echo "WLK101 is said where FMA is missing, and nowhere else"
  cd "$work/consumer"
fi

if wants quickstart; then
  step "the README's first program"
  # The block with "dotnet new console", as it stands there: what follows "$ " is run in an empty folder, here-documents with it, and the
  # rest is what the last command prints. Only the path of the repository is another.
  mkdir -p "$work/first/program"; cd "$work/first/program"
  awk '/^```/ { if (block ~ /\n\$ dotnet new console\n/) printf "%s", block; block = "\n"; next } { block = block $0 "\n" }' "$root/README.md" |
    awk '/^\$ / { print substr($0, 3) >"../commands.sh"; here = /<</; next }
         here { print >"../commands.sh"; here = !/^EOF$/; next }
         NF { print >"../promised.txt" }'
  # The package goes into a cache of its own: an older one of the same version may lie in others.
  sed -i -e "s|\.\./WeightedLoss\.Kernels/|$root/|" -e "s|^dotnet pack|NUGET_PACKAGES='$packages' &|" ../commands.sh
  env -u NUGET_FALLBACK_PACKAGES NUGET_PACKAGES="$work/first/cache" bash -e ../commands.sh >../output.txt || { cat ../output.txt; exit 1; }
  tail -n "$(wc -l <../promised.txt)" ../output.txt | diff ../promised.txt - || { echo "The README promises something else." >&2; exit 1; }
  cat ../promised.txt
  cd "$work/consumer"
fi

if wants trimmed; then
  step "trimmed"
  publish trimmed
  expect $best "$work/trimmed/Consumer"
fi

if wants ahead-of-time || wants speed; then
  step "compiled ahead of time"
  if ! command -v clang >/dev/null && command -v apt-get >/dev/null; then
    (apt-get update -qq && apt-get install -y -qq --no-install-recommends clang zlib1g-dev >/dev/null) || true
  fi
  if ! command -v clang >/dev/null; then
    echo "clang and zlib's headers could not be installed: nothing is compiled ahead of time" >&2
    [[ ${CI:-} != true && ${1:-} != ahead-of-time ]]
    exit
  fi
fi

if wants ahead-of-time; then
  publish ahead-of-time -p:IlcInstructionSet=native
  expect $best "$work/ahead-of-time/Consumer"
fi

if wants speed; then
  step "speed of a program compiled ahead of time without an instruction set"
  publish baseline >baseline.txt || { cat baseline.txt; exit 1; }
  if [[ $baseline != neon ]]; then grep -q 'warning WLK101' baseline.txt || { echo "There is no WLK101." >&2; exit 1; }; fi
  "$work/baseline/Consumer" speed
  if [[ $baseline != neon ]]; then WEIGHTEDLOSS_INSTRUCTION_SET=scalar "$work/baseline/Consumer" speed; fi
fi
step "done"
