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
step "Build the Grype command line" scripts/tool.sh grype
# The fleet's bills of materials are matched alone first, and then scanned again by
# the whole program.
GATE_BENCH_FLEET=$(mktemp -d /tmp/gate-fleet.XXXXXX)
export GATE_BENCH_FLEET
trap 'rm -rf "$GATE_BENCH_FLEET"' EXIT
step "A fleet of 2,000 images" \
	env GATE_BENCH=1 GATE_GRYPE="$CACHE/tools/grype" go test -run '^$' -bench Fleet -benchtime 1x -timeout 40m -v ./internal/scan
full=$ROOT/../shared/data/vulnerabilities/grype-db-full.tar.zst
[ -n "${GATE_BENCH_DB:-}" ] || [ ! -e "$full" ] || export GATE_BENCH_DB=$full
# What is measured is what a release is.
export PGO=cmd/gate/released.pgo
scripts/e2e.sh bench
