#!/usr/bin/env bash
# Builds the action's image from the gate in bin/ and a Debian that the Engine
# has already: the way that needs no registry. With a registry at hand,
# `docker build .` does it all, from images by digest.
#
#   image.sh [TAG]
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

tag=${1:-gate:dev}
docker=$(docker_cli) || die "no Docker client that can build with BuildKit"
# The host's network, because an Engine without a bridge has no other.
DOCKER_BUILDKIT=1 "$docker" build --quiet --network host \
	--build-arg BINARY=prebuilt --build-arg BASE_IMAGE=debian:bookworm-slim \
	--tag "$tag" .
