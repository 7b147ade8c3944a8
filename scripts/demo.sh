#!/usr/bin/env bash
# The demo: builds the faulty example image, checks it, and shows that gate
# says no. Succeeds when, and only when, gate did just that: exit code 1 with a
# complete verdict.
#
# DEMO_BUILDER=daemonless leaves a running Docker Engine alone.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

began=$SECONDS
say "The first run compiles everything, which takes minutes; the next ones take seconds."
builder=${DEMO_BUILDER:-auto}
report=$OUT/demo.json
sarif=$OUT/demo.sarif
database=$CACHE/demo-db

step "Build gate" make --no-print-directory build
step "Build the program that goes into the example image" make --no-print-directory examples
step "Find a builder" scripts/builder.sh "$builder"
export PATH="$CACHE/tools:$PATH"
rm -rf "$database"
step "Build a vulnerability database from examples/advisories" \
	bin/gate db build --from examples/advisories --out "$database"

mkdir -p "$OUT"
rm -f "$report" "$sarif"
say
status=0
step "gate check examples/shop" bin/gate check examples/shop --config examples/shop/.gate.yaml --builder "$builder" \
	--db "$database" --max-db-age 0 \
	--output "sarif=$sarif" --output "json=$report" || status=$?

say
say "Exit code of gate: $status"
say "SARIF:             ${sarif#"$ROOT"/}"
say "JSON:              ${report#"$ROOT"/}"
say "The whole demo:    $((SECONDS - began)) s"
[ "$status" -eq 1 ] || die "the demo expects gate to say no, which is exit code 1"
[ -s "$sarif" ] || die "there is no SARIF file"
verdict=$(sed -n '/^  "verdict": {/,/^  }/p' "$report" | tr -d ' \n')
case $verdict in
*'"outcome":"fail"'*) ;;
*) die "the report does not say fail: ${verdict:-no verdict in it}" ;;
esac
case $verdict in
*'"complete":true'*) ;;
*) die "the verdict is not complete: $verdict" ;;
esac
say "As it should be: the image is refused, for reasons that stand above."
