#!/usr/bin/env bash
# Sees to it that gate can build images here, and says how: with the Docker
# Engine that answers, with the buildkitd that BUILDKIT_HOST names, or with a
# buildkitd of this repository's own (tools/buildkitd), which gate starts for
# each run. That one needs runc, which comes from Debian where it is absent.
#
#   builder.sh [daemonless]   daemonless: do not look for a running builder
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

if [ "${1:-}" != daemonless ]; then
	if address=$(docker_address); then
		say "    the Docker Engine at $address builds"
		exit 0
	fi
	if [ -n "${BUILDKIT_HOST:-}" ]; then
		say "    the buildkitd at $BUILDKIT_HOST builds"
		exit 0
	fi
	say "    no Docker Engine answers: a buildkitd of our own will build"
fi
[ "$(uname -s)" = Linux ] || die "a buildkitd of our own needs Linux: start Docker, or set BUILDKIT_HOST"
need runc runc || die "buildkitd runs nothing without runc"
[ -x "$CACHE/tools/buildkitd" ] || say "    compiling buildkitd, the first time only: about two minutes"
say "    $(scripts/tool.sh buildkitd) builds, started by gate for each run"
