#!/usr/bin/env bash
# Installs Microsoft's SARIF validator into the cache (about 104 MB, needs
# npm) and prints the path of its program. The SARIF tests use it when told:
#   GATE_SARIF_MULTITOOL=$(scripts/sarif-multitool.sh) go test ./internal/report -run Multitool
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

version=5.7.0
folder=$CACHE/sarif-multitool-$version
program=$folder/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool
if [ ! -x "$program" ]; then
	have npm || die "npm is not installed, and the SARIF validator comes as an npm package"
	mkdir -p "$folder"
	# Its install script only sets this bit, and is not needed for it.
	npm install --prefix "$folder" --ignore-scripts --no-audit --no-fund --save-exact \
		"@microsoft/sarif-multitool@$version" >"$CACHE/log/sarif-multitool.log" 2>&1 ||
		die "npm could not install the SARIF validator: see $CACHE/log/sarif-multitool.log"
	[ -f "$program" ] || die "the npm package has no program for this machine: $program"
	chmod u+x "$program"
fi
say "$program"
