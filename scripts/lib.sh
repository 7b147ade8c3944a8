# shellcheck shell=bash
# What the scripts share: where things are, messages, timed steps, apt.
# Sourced, never run. It changes to the repository's root.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT" || exit 1

# Everything the scripts make stays under CACHE and OUT; make clean removes both.
CACHE=$ROOT/.cache
# shellcheck disable=SC2034 # used by the scripts that source this file
OUT=$ROOT/out
export CGO_ENABLED=${CGO_ENABLED:-0}
mkdir -p "$CACHE/tools" "$CACHE/log"

say() { printf '%s\n' "$*"; }
warn() { printf 'warning: %s\n' "$*" >&2; }
die() {
	printf 'error: %s\n' "$*" >&2
	exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

# step TITLE COMMAND… runs the command, says every half minute that it still
# runs, and says how long it took. Its status is the command's. The command
# must return its own status: `set -e` does not reach into it.
step() {
	local title=$1 began=$SECONDS status=0 pulse
	shift
	say "==> $title"
	pulse "$began" &
	pulse=$!
	"$@" || status=$?
	kill "$pulse" 2>/dev/null || true
	wait "$pulse" 2>/dev/null || true
	if [ "$status" -eq 0 ]; then
		say "    done in $((SECONDS - began)) s"
	else
		say "    ended with exit code $status after $((SECONDS - began)) s"
	fi
	return "$status"
}

# pulse BEGAN shows that time goes by, until it is killed. It takes its sleep
# along, which would otherwise hold the output open.
pulse() {
	local nap=
	trap 'kill "$nap" 2>/dev/null; exit 0' TERM
	while :; do
		sleep 30 &
		nap=$!
		wait "$nap"
		say "    … $((SECONDS - $1)) s so far"
	done
}

is_root() { [ "$(id -u)" -eq 0 ]; }

# apt_install PACKAGE… installs Debian packages where that is possible without
# asking anybody: as root, with apt-get. Otherwise it says why not and fails.
apt_install() {
	have apt-get || {
		say "    not installed: $* (no apt-get here; install it by hand)"
		return 1
	}
	is_root || {
		say "    not installed: $* (needs root; run: sudo apt-get install $*)"
		return 1
	}
	local log=$CACHE/log/apt.log
	export DEBIAN_FRONTEND=noninteractive
	apt-get install -y --no-install-recommends "$@" >"$log" 2>&1 && return 0
	# An old package list names files that are gone: fetch the list, and again.
	# The update may complain about a source that is of no concern here.
	apt-get update >>"$log" 2>&1 || true
	apt-get install -y --no-install-recommends "$@" >>"$log" 2>&1 && return 0
	tail -n 5 "$log"
	say "    not installed: $* (apt-get failed; see $log)"
	return 1
}

# apt_extract PACKAGE DIRECTORY unpacks a Debian package without installing it:
# for programs whose package would start a service. Needs no root.
apt_extract() {
	have apt-get && have dpkg-deb || return 1
	local log=$CACHE/log/apt.log work status=0
	work=$(mktemp -d) || return 1
	(cd "$work" && apt-get download "$1") >"$log" 2>&1 || {
		is_root && apt-get update >>"$log" 2>&1
		(cd "$work" && apt-get download "$1") >>"$log" 2>&1
	} || status=$?
	[ "$status" -eq 0 ] && mkdir -p "$2" && dpkg-deb -x "$work"/*.deb "$2"
	status=$?
	rm -rf "$work"
	return "$status"
}

# need PROGRAM PACKAGE installs the package when the program is absent.
need() {
	have "$1" || apt_install "$2"
}

# docker_address prints the address of a Docker Engine that answers, or fails.
docker_address() {
	local address=${DOCKER_HOST:-unix:///var/run/docker.sock}
	docker_answers "$address" && say "$address"
}

# docker_answers ADDRESS tells whether an Engine answers there.
docker_answers() {
	case $1 in
	unix://*) [ -S "${1#unix://}" ] && [ -w "${1#unix://}" ] || return 1 ;;
	esac
	if have curl && [ "${1#unix://}" != "$1" ]; then
		[ "$(curl -s -m 5 --unix-socket "${1#unix://}" http://engine/_ping)" = OK ]
	elif have docker; then
		DOCKER_HOST=$1 docker version >/dev/null 2>&1
	fi
}

# docker_cli prints the path of a Docker client that can build with BuildKit: one
# with buildx, or an older one with BuildKit built in.
docker_cli() {
	local cli
	for cli in "$(command -v docker)" /usr/bin/docker; do
		[ -x "$cli" ] || continue
		if "$cli" buildx version >/dev/null 2>&1; then
			say "$cli"
			return 0
		fi
		case $("$cli" --version) in
		*" version 18."* | *" version 19."* | *" version 20."* | *" version 22."*)
			say "$cli"
			return 0
			;;
		esac
	done
	return 1
}
