#!/usr/bin/env bash
# publish-neon.sh PROJECT FOLDER: builds a project for linux-arm64. One at a time, because the projects share what they build.
set -euo pipefail
exec 9>"${TMPDIR:-/tmp}/weighted-loss-kernels-publish.$UID.lock"
flock 9
dotnet publish "$1" -c Release -r linux-arm64 --self-contained true -o "$2" -v quiet -nologo 9>&-
