#!/usr/bin/env bash
# Runs every fuzz target, one after the other.
#
#   fuzz.sh [TIME]   for each target; 10s unless told
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

time=${1:-10s}
targets=$(git grep --untracked -hoE '^func Fuzz[A-Za-z0-9_]+' -- '*_test.go' || true)
[ -n "$targets" ] || die "there is no fuzz target"
git grep --untracked -oE '^func Fuzz[A-Za-z0-9_]+' -- '*_test.go' | sed 's/:func /:/' |
	while IFS=: read -r file target; do
		step "$target in $(dirname "$file") for $time" \
			go test -run '^$' -fuzz "^$target\$" -fuzztime "$time" -fuzzminimizetime 10x "./$(dirname "$file")" </dev/null
	done
