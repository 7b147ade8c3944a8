#!/usr/bin/env bash
# The benchmarks: gate's own (go test -bench), then gate against its peers where
# the end-to-end tests have what that needs.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

step "Benchmarks of the core packages" \
	go test -run '^$' -bench . -benchmem ./internal/gate/... ./internal/dockerfile/... ./internal/lint/... ./internal/report/...
step "A vulnerability database of production size" \
	env GATE_BENCH=1 go test -run '^$' -bench Production -benchtime 2x ./internal/scan/advisories
scripts/e2e.sh bench
