#!/usr/bin/env bash
# Sees to it that the Docker Engine at DOCKER_HOST has debian:bookworm-slim.
# Where nothing can be pulled, the image is made from Debian's own packages by
# debootstrap, which is the same system in all that the tests look at.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

image=debian:bookworm-slim
archive=$CACHE/base/debian-bookworm-slim.tar
# A tree that an earlier run or the machine's owner left, used when it is there.
kept=/var/cache/gate-test/bookworm

# pack DIRECTORY makes the archive, without what a slim image does not carry.
pack() {
	mkdir -p "$(dirname "$archive")"
	tar --numeric-owner --sort=name -C "$1" -cf "$archive.part" \
		--exclude='./dev/*' --exclude='./proc/*' --exclude='./sys/*' \
		--exclude='./var/cache/apt/*.bin' --exclude='./var/cache/apt/archives/*.deb' \
		--exclude='./var/lib/apt/lists/*' --exclude='./var/log/*' \
		--exclude='./usr/share/man/*' --exclude='./usr/share/locale/*' .
	mv "$archive.part" "$archive"
}

make_archive() {
	if [ -s "$archive" ]; then
		return 0
	fi
	if [ -r "$kept/etc/os-release" ]; then
		pack "$kept"
		return 0
	fi
	is_root && need debootstrap debootstrap || return 1
	local tree
	tree=$(mktemp -d)
	if ! debootstrap --variant=minbase --include=ca-certificates bookworm "$tree" \
		>"$CACHE/log/debootstrap.log" 2>&1; then
		tail -n 5 "$CACHE/log/debootstrap.log" >&2
		rm -rf "$tree"
		return 1
	fi
	pack "$tree"
	rm -rf "$tree"
}

if docker image inspect "$image" >/dev/null 2>&1; then
	say "    $image is there"
elif make_archive; then
	docker import --change 'CMD ["bash"]' "$archive" "$image" >/dev/null
	say "    $image imported"
else
	docker pull --quiet "$image" || die "no base image: debootstrap needs root on Debian, and $image cannot be pulled"
fi
