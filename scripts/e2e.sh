#!/usr/bin/env bash
# The end-to-end tests: those of e2e/, which run the built program and link no
# scanner, and those of other packages that wait for GATE_E2E=1. With `bench`, the
# measurements of e2e/ instead.
#
#   e2e.sh [bench]
#
# This script brings what they need and takes away what it started:
#
#   DOCKER_HOST         a Docker Engine
#   GATE_DOCKER         a Docker client that can build with BuildKit
#   GATE_BIN            gate
#   GATE_BUILDKITD      buildkitd, for what an old Engine cannot do
#   GATE_GRYPE          the Grype command line, to compare matches with
#   GATE_REGISTRY_BIN   docker-registry
#   GATE_ACTION_IMAGE   the action's image, built from ./Dockerfile
#   GATE_ACT            act, which runs the action in a workflow
#   GATE_BUSYBOX        a static BusyBox, in which the steps of that workflow run
#   GATE_BUILDKIT_LINT  BuildKit's linter, which gate's must agree with
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

[ -d e2e ] || die "there is no e2e directory"
engine=$(mktemp -d /tmp/gate-engine.XXXXXX)
cleanup() {
	[ -z "${GATE_ACTION_IMAGE:-}" ] || docker rmi --force "$GATE_ACTION_IMAGE" >/dev/null 2>&1 || true
	scripts/engine.sh stop "$engine"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

skip() {
	if [ "${CI:-}" = true ]; then
		die "end-to-end tests cannot run: $*"
	fi
	say
	say "end-to-end tests: SKIPPED: $*"
	exit 0
}

say "==> Find or start a Docker Engine"
DOCKER_HOST=$(scripts/engine.sh start "$engine") || skip "no Docker Engine (the reason is above)"
export DOCKER_HOST DOCKER_BUILDKIT=1
say "    $DOCKER_HOST"
GATE_DOCKER=$(docker_cli) || skip "no Docker client that can build with BuildKit (apt-get install docker.io has one)"
# Tests that say just `docker` get that client too.
mkdir -p "$engine/bin"
ln -s "$GATE_DOCKER" "$engine/bin/docker"
export PATH="$engine/bin:$PATH"
step "Base image" scripts/base-image.sh || skip "no base image"
step "Build gate" make --no-print-directory build
step "Build the example's program" make --no-print-directory examples
step "Build buildkitd" scripts/tool.sh buildkitd
step "Build the Grype command line" scripts/tool.sh grype
step "Build BuildKit's linter" scripts/tool.sh buildkit-lint
[ "${1:-}" = bench ] || step "Build act" scripts/tool.sh act
need runc runc || skip "no runc, without which no buildkitd of our own runs"
need shellcheck shellcheck || skip "no shellcheck"
need skopeo skopeo || skip "no skopeo, which saves the base image for builders that cannot see the Engine's"

# The package would start a registry as a service, so it is only unpacked.
registry=$(command -v docker-registry || true)
if [ -z "$registry" ]; then
	registry=$CACHE/tools/docker-registry/usr/bin/docker-registry
	[ -x "$registry" ] || apt_extract docker-registry "$CACHE/tools/docker-registry" ||
		registry=
fi
[ -n "$registry" ] || skip "no docker-registry"

# Unpacked only, too: the package would take the place of another busybox. Newer
# Debians have it below /usr. In CI the test that lacks it fails.
busybox=
busybox_package=$CACHE/tools/busybox-static
[ -d "$busybox_package" ] || apt_extract busybox-static "$busybox_package" || true
for program in "$busybox_package/bin/busybox" "$busybox_package/usr/bin/busybox"; do
	[ ! -x "$program" ] || busybox=$program
done
[ -n "$busybox" ] || warn "no busybox-static: the test with act skips itself"

export GATE_E2E=1
export GATE_DOCKER GATE_REGISTRY_BIN=$registry
export GATE_BIN=$ROOT/bin/gate
export GATE_BUILDKITD=$CACHE/tools/buildkitd
export GATE_GRYPE=$CACHE/tools/grype
export GATE_BUILDKIT_LINT=$CACHE/tools/buildkit-lint
export GATE_ACT=$CACHE/tools/act GATE_BUSYBOX=$busybox
export GATE_ACTION_IMAGE=gate:e2e
step "Build the action's image" scripts/image.sh "$GATE_ACTION_IMAGE"
if [ "${1:-}" != bench ]; then
	mapfile -t others < <(grep -rl 'GATE_E2E' --include='*_test.go' internal | xargs -rn1 dirname | sort -u)
	step "End-to-end tests" go test -count=1 -shuffle=on -timeout 40m ./e2e/... "${others[@]/#/./}"
	exit 0
fi

# A database of the size that users have is measured when GATE_BENCH_DB names its
# archive; else the small one of the examples stands in.
if [ -z "${GATE_BENCH_DB:-}" ]; then
	bin/gate db build --from examples/advisories --out "$engine/db" >/dev/null
	tar -C "$engine/db" -czf "$engine/db.tar.gz" .
	export GATE_BENCH_DB=$engine/db.tar.gz
	say "GATE_BENCH_DB names no database archive: measuring with the examples' small one"
fi
export GATE_BENCH=1
step "Measure" go test -count=1 -v -run Bench -timeout 40m ./e2e/...
