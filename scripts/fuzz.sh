#!/usr/bin/env bash
# make fuzz: every fuzz target for FUZZTIME (60s). A crasher is kept in the
# package's testdata/fuzz and runs with the tests from then on. PKGS= for some.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh
status=0
while IFS=: read -r file line; do
  target=$(sed -E 's/^func (Fuzz[A-Za-z0-9_]*).*/\1/' <<<"$line")
  timed "fuzz ./$(dirname "$file") $target" go test -run - -fuzz "^$target\$" -fuzztime "${FUZZTIME:-60s}" -fuzzminimizetime 1s "./$(dirname "$file")" </dev/null || status=1
done < <(grep -r --include='*_test.go' '^func Fuzz' ${PKGS:-cmd internal} | sort)
exit $status
