#!/usr/bin/env bash
# Builds the development tool tools/NAME into the cache and prints its path.
# It is built again when its module or the Go version changes. The program is the
# module's own, where it has one, and else the tool that its go.mod names.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

name=${1:?usage: tool.sh NAME}
module=tools/$name
[ -f "$module/go.mod" ] || die "no tool $name: $module/go.mod does not exist"

package=tool
[ ! -f "$module/main.go" ] || package=.
version=$( (go version && find "$module" -type f | sort | xargs cat) | cksum | cut -d' ' -f1)
program=$CACHE/tools/$name
if [ ! -x "$program" ] || [ "$(cat "$program.version" 2>/dev/null)" != "$version" ]; then
	rm -f "$program.version"
	CGO_ENABLED=0 GOWORK=off go -C "$module" build -o "$program" "$package" >&2
	printf '%s\n' "$version" >"$program.version"
fi
say "$program"
