#!/usr/bin/env bash
# make test: sets up, names the suites that can run and those that cannot,
# then formatting, vet and staticcheck, then one `go test ./...`, last.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh
trap postgres_stop EXIT
trap 'exit 1' INT TERM

setup

lacking=()
suites=
suite() { # suite NAME MISSING-REASON: an empty reason means that it runs
  if [ -z "$2" ]; then suites+="${suites:+ · }$1 ✓"; else suites+="${suites:+ · }$1 — $2"; fi
}
tool() { # the same, for what can be installed: fatal in strict mode
  suite "$1" "$2"
  [ -z "$2" ] || lacking+=("$1: $2")
}

if [ -f internal/web/package.json ]; then
  if out=$(bundle 2>&1); then parts=; else parts="npm packages missing or not bundled" && say "$out"; fi
else
  parts="no internal/web/package.json"
fi
if postgres_start; then pg=; else pg="no server on 127.0.0.1:5432 and none could be started"; fi
if chromium=$(browser); then export QINGDAN_CHROMIUM=$chromium; web=; else web="no chromium"; fi
cjk_fonts || web="${web:+$web, }no Chinese fonts"
if data=$(real_data); then export QINGDAN_SHARED=$data; real=; else real="no texts in ${QINGDAN_SHARED:-../shared/data}/laws"; fi
if [ -f internal/web/node_modules/axe-core/axe.min.js ]; then axe=$web; else axe="axe-core not installed"; fi
if staticcheck_reachable; then static=; else static="its module cannot be had here"; fi
if c_compiler; then race=; else race="no gcc, or cgo is off"; fi

suite "engine sqlite" ""
tool "engine postgresql" "$pg"
suite "real data" "$real"
tool "browser" "$web"
tool "axe" "$axe"
tool "browser parts" "$parts"
tool "race detector" "$race"
tool "staticcheck" "$static"
say "suites: $suites"
if [ ${#lacking[@]} -gt 0 ] && [ -n "$STRICT" ]; then
  printf 'error: %s\n' "${lacking[@]}" >&2
  die "QINGDAN_STRICT=1 and a suite cannot run"
fi

timed "gofmt" gofmt_clean
timed "go vet" go vet ./...
[ -n "$static" ] || timed "staticcheck" go run "$STATICCHECK" ./...
# Where goroutines meet; `make race` runs all packages so.
[ -n "$race" ] || timed "race detector on ./internal/platform" go test "${RACE[@]}" -count=1 -timeout 15m ./internal/platform/...

# Last, so that its own lines close the run. -count=1: a result from the
# cache would say nothing about this machine's engines and browser.
go test -count=1 -timeout "${TEST_TIMEOUT:-20m}" ./...
