#!/usr/bin/env bash
# A Docker Engine for the tests.
#
#   engine.sh start DIRECTORY   prints the address of an Engine. One that already
#                               runs is used; else Debian's is installed and
#                               started on the standard socket, with everything
#                               it keeps in DIRECTORY
#   engine.sh stop DIRECTORY    stops the Engine of that directory, if there is
#                               one, and removes the directory
#
# What it says goes to standard error; standard output is the address alone.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

action=${1:-}
dir=${2:-}
socket=/var/run/docker.sock
[ -n "$dir" ] || die "usage: engine.sh start|stop DIRECTORY"

# launch OPTION… starts dockerd in DIRECTORY and waits until it answers or dies.
launch() {
	local log=$dir/dockerd.log address=unix://$socket pid
	setsid dockerd --host "$address" --data-root "$dir/data" --exec-root "$dir/exec" \
		--pidfile "$dir/dockerd.pid" "$@" >>"$log" 2>&1 </dev/null &
	pid=$!
	for _ in $(seq 1 120); do
		if docker_answers "$address" 2>/dev/null; then
			say "$address"
			return 0
		fi
		kill -0 "$pid" 2>/dev/null || return 1
		sleep 0.5
	done
	kill "$pid" 2>/dev/null || true
	return 1
}

start() {
	docker_address && return 0
	if [ -n "${DOCKER_HOST:-}" ]; then
		say "DOCKER_HOST says $DOCKER_HOST, and no Docker Engine answers there" >&2
		return 1
	fi
	if ! is_root; then
		say "no Docker Engine answers, and only root can start one" >&2
		return 1
	fi
	need dockerd docker.io >&2 && need curl curl >&2 || return 1
	# Newer Debians have the client in a package of its own.
	have docker || apt_install docker-cli >&2 || return 1
	mkdir -p "$dir"
	launch && return 0
	# Some machines cannot do a bridge with address translation. Builds and
	# containers with the host's network work without it.
	say "dockerd did not start with a bridge; trying without" >&2
	launch --bridge none --iptables=false && return 0
	say "dockerd did not start; its last words:" >&2
	tail -n 15 "$dir/dockerd.log" >&2
	return 1
}

stop() {
	local pid=
	[ -d "$dir" ] || return 0
	if pid=$(cat "$dir/dockerd.pid" 2>/dev/null); then
		kill "$pid" 2>/dev/null || true
		for _ in $(seq 1 60); do
			kill -0 "$pid" 2>/dev/null || break
			sleep 0.5
		done
	fi
	# An Engine that ended badly leaves its socket, and one that nobody listens on
	# would keep the next from being started.
	if [ -n "$pid" ] && ! docker_answers "unix://$socket"; then
		rm -f "$socket"
	fi
	awk -v d="$dir/" 'index($2, d) == 1 { print $2 }' /proc/mounts | sort -r |
		while read -r mount; do umount "$mount" || true; done
	rm -rf "$dir"
}

case $action in
start) start ;;
stop) stop ;;
*) die "usage: engine.sh start|stop DIRECTORY" ;;
esac
