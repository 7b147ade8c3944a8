#!/usr/bin/env bash
# Compiles the program of examples/shop, once with an old module that has known
# vulnerabilities and once with a current one.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

compile() {
	GOOS=linux CGO_ENABLED=0 GOWORK=off go -C examples/shop/src build \
		-buildvcs=false -ldflags='-s -w' -modfile="$1" -o "../bin/$2" .
}
compile go.mod shop
compile updated.mod shop-updated
