#!/usr/bin/env bash
# Every check on the source that is not a test. All of them run; the end names
# those that failed.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

failed=()
check() {
	step "$@" || failed+=("$1")
}

sources() { git ls-files --cached --others --exclude-standard "$@"; }

formatted() {
	local files
	files=$(sources '*.go' | while read -r file; do [ ! -f "$file" ] || gofmt -l "$file"; done)
	[ -z "$files" ] || {
		say "$files"
		say "    not formatted: run gofmt -w on them"
		return 1
	}
}

tidy() {
	local module status=0
	for module in . examples/shop/src tools/*/; do
		go -C "$module" mod tidy -diff || {
			say "    $module is not tidy: run go mod tidy there"
			status=1
		}
	done
	return "$status"
}

generated() {
	local before after
	before=$(git status --porcelain; git diff)
	make --no-print-directory generate || return 1
	after=$(git status --porcelain; git diff)
	[ "$before" = "$after" ] || {
		git --no-pager diff --stat
		say "    generated files were out of date: run make generate and commit"
		return 1
	}
}

linter() {
	local program
	program=$(scripts/tool.sh golangci-lint) || return 1
	GOLANGCI_LINT_CACHE=$CACHE/golangci-lint "$program" run --allow-parallel-runners ./...
}

workflows() {
	local program
	program=$(scripts/tool.sh actionlint) || return 1
	"$program" -color && "$program" -color examples/workflows/*.yml
}

shell() {
	need shellcheck shellcheck || return 1
	shellcheck -x .ci/run scripts/*.sh
}

# Every direct dependency has its reason written down.
dependencies() {
	local module status=0
	for module in $(go mod edit -json | awk '
		/"Path":/ { path = $2; gsub(/[",]/, "", path) }
		/"Version":/ { direct[path] = 1 }
		/"Indirect": true/ { delete direct[path] }
		END { for (path in direct) print path }'); do
		grep -qF "\`$module\`" docs/dependencies.md || {
			say "    docs/dependencies.md does not say what $module is for"
			status=1
		}
	done
	return "$status"
}

vulnerabilities() {
	local program output
	program=$(scripts/tool.sh govulncheck) || return 1
	# A small package first: it tells quickly whether the database can be reached.
	output=$("$program" ./internal/gate 2>&1) || case $output in
	*"fetching vulnerabilities"*)
		say "    left out: the Go vulnerability database cannot be reached from here"
		return 0
		;;
	esac
	"$program" ./cmd/gate
}

check "gofmt" formatted
check "go vet" go vet ./...
check "go mod tidy" tidy
check "documented dependencies" dependencies
check "golangci-lint" linter
check "actionlint" workflows
check "shellcheck" shell
check "generated files" generated
check "govulncheck" vulnerabilities

say
if [ "${#failed[@]}" -gt 0 ]; then
	die "failed: ${failed[*]}"
fi
say "lint: nothing to complain about"
