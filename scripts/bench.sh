#!/usr/bin/env bash
# make bench: measures the machine, then every package that has benchmarks,
# and keeps the output as docs/bench/NAME.txt for benchstat.
#   PKGS="./internal/engine/lawtext ..."   only these
#   COUNT=6                                runs of each benchmark (3 in internal/bench)
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh
trap postgres_stop EXIT
count=${COUNT:-6}
if [ -z "${QINGDAN_TEST_POSTGRES:-}" ]; then
  # Only a server that was there: our throwaway one does not sync to disk and
  # would flatter the figures.
  for user in postgres "$(id -un)"; do
    url="postgres://$user@127.0.0.1:5432/postgres?sslmode=disable"
    if postgres_answers "$url"; then export QINGDAN_TEST_POSTGRES=$url; break; fi
  done
fi
[ -n "${QINGDAN_TEST_POSTGRES:-}" ] || say "no PostgreSQL: its benchmarks are left out"
if data=$(real_data); then export QINGDAN_SHARED=$data; else say "no real texts: their benchmarks are left out"; fi

pkgs=${PKGS:-$(grep -rl --include='*_test.go' '^func Benchmark' cmd internal | xargs -r -n 1 dirname | sort -u | sed 's|^|./|')}
rates=$(mktemp)
say "machine rates first"
go test -run - -bench . -count "$count" ./scripts/rates | tee "$rates"
mkdir -p docs/bench
for p in $pkgs; do
  name=${p#./}
  name=${name#internal/}
  out=docs/bench/${name//\//-}.txt
  runs=$count
  [ "$p" != ./internal/bench ] || runs=${COUNT:-3} # minutes each
  say "$p -> $out"
  {
    say "# load of the machine before: $(cat /proc/loadavg 2>/dev/null || uptime)"
    say "# machine rates of this run, then the package"
    cat "$rates"
    go test -run - -bench . -benchmem -count "$runs" -timeout "${BENCH_TIMEOUT:-120m}" "$p"
  } >"$out.part" && mv "$out.part" "$out" || { cat "$out.part"; rm -f "$out.part"; die "benchmarks of $p failed"; }
  grep -E '^Benchmark' "$out" || true
done
rm -f "$rates"
