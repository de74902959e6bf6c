#!/usr/bin/env bash
# make lint: gofmt, go vet, staticcheck (where its module can be had).
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh
timed "gofmt" gofmt_clean
timed "go vet" go vet ./...
if staticcheck_reachable; then
  timed "staticcheck" go run "$STATICCHECK" ./...
else
  say "staticcheck: not run, its module cannot be had here"
  [ -z "$STRICT" ] || die "QINGDAN_STRICT=1 and staticcheck is missing"
fi
