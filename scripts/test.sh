#!/usr/bin/env bash
# All the tests: the packages' own, then end to end with a real Docker Engine,
# a real registry and a real buildkitd.
#
#   test.sh [unit|e2e]   one half only
#
# In CI (CI=true) a missing Docker Engine is an error; elsewhere the end-to-end
# tests are then left out, and the last line says so.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

half=${1:-all}
module=$(go list -m)

# The packages that compile in seconds also run under the race detector. The
# scanner's, a separate compile of some minutes, only in CI.
raced="^$module/internal/(gate|config|dockerfile|lint|sarif|github|proposal)(/|$)"
if [ "${CI:-}" = true ]; then
	raced="$raced|^$module/internal/scan\$"
fi

unit() {
	local all race plain
	all=$(go list ./... | grep -v "^$module/e2e")
	race=$(grep -E "$raced" <<<"$all" || true)
	plain=$(grep -vE "$raced" <<<"$all" || true)
	if ! have gcc && ! have clang; then
		warn "the race detector needs a C compiler, and there is none: running without"
		plain=$all race=
	fi
	# shellcheck disable=SC2086 # lists of packages
	{
		[ -z "$race" ] || step "Unit tests with the race detector" \
			env CGO_ENABLED=1 go test -race -shuffle=on -timeout 20m $race || return 1
		[ -z "$plain" ] || step "Unit tests" \
			go test -shuffle=on -timeout 20m $plain || return 1
	}
}

if [ "$half" != e2e ]; then
	need shellcheck shellcheck || warn "tests that need ShellCheck skip themselves"
	# A second opinion on SARIF, where npm is at hand.
	if have npm && validator=$(scripts/sarif-multitool.sh); then
		export GATE_SARIF_MULTITOOL=$validator
	else
		warn "no npm: the SARIF validator's test skips itself"
	fi
	unit
fi
if [ "$half" != unit ]; then
	scripts/e2e.sh
fi
