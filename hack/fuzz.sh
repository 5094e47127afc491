#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Runs every native fuzz target of the module for a while, one after another. Argument: how long each runs.
set -euo pipefail
cd "$(dirname "$0")/.."
duration=$1
found=0
while IFS=: read -r file target; do
  found=$((found + 1))
  package=./$(dirname "$file")
  echo "=== $target in $package for $duration"
  go test -run='^$' -fuzz="^$target\$" -fuzztime="$duration" "$package"
done < <(git grep --untracked -oE '^func Fuzz[A-Za-z0-9_]+' -- '*_test.go' | sed 's/func //')
echo "$found fuzz targets ran"
