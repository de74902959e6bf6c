# Shared by the scripts of this folder: find and install what tests and the
# demo need, and say in words what is there. Sourced, not run.
#
#   QINGDAN_STRICT=1   a missing tool is fatal
#   NO_APT=1           install no Debian packages
#   QINGDAN_SHARED     folder of the real texts (default ../shared/data)
#   QINGDAN_TEST_POSTGRES   URL of a PostgreSQL server for tests

STRICT=${QINGDAN_STRICT:-}
# The race detector leaves SQLite's translated C alone: with checks it is tens
# of times slower, and a race in our own code is found all the same. Only this
# one package: others of modernc.org use sync.Map, and the linker may then take
# their unchecked copy of its generic code for the whole program, which reports
# races that are none.
RACE=(-race '-gcflags=modernc.org/sqlite/lib=-race=false')
STATICCHECK=honnef.co/go/tools/cmd/staticcheck@v0.8.2

say() { printf '%s\n' "$*"; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }
have() { type -P "$1" >/dev/null; }

# timed WORDS COMMAND...: runs a command and prints the seconds it took.
timed() {
  local words=$1 start=$SECONDS
  shift
  "$@" || { say "$words: failed after $((SECONDS - start)) s"; return 1; }
  say "$words: ok, $((SECONDS - start)) s"
}

browser() {
  local c
  for c in "${QINGDAN_CHROMIUM:-}" chromium chromium-browser google-chrome; do
    [ -n "$c" ] && type -P "$c" && return 0
  done
  return 1
}
cjk_fonts() { have fc-list && [ -n "$(fc-list :lang=zh file 2>/dev/null | head -n 1)" ]; }
c_compiler() { have gcc && [ "$(go env CGO_ENABLED)" = 1 ]; } # for the race detector
pg_bin() {
  local d
  have initdb && have postgres && { dirname "$(type -P postgres)"; return 0; }
  for d in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V -r); do
    [ -x "$d/initdb" ] && [ -x "$d/postgres" ] && { say "$d"; return 0; }
  done
  return 1
}
npm_parts() { [ -f internal/web/package.json ] && [ -f internal/web/node_modules/.package-lock.json ] &&
  [ ! internal/web/package-lock.json -nt internal/web/node_modules/.package-lock.json ]; }

# as_root COMMAND...: as root, or by sudo if that asks nothing.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif have sudo && sudo -n true 2>/dev/null; then sudo -n "$@"; else return 1; fi
}

apt_install() {
  [ -z "${NO_APT:-}" ] || { say "  NO_APT=1: not installed"; return 1; }
  have apt-get || { say "  no apt-get here: install them by hand"; return 1; }
  as_root true || { say "  neither root nor sudo without a password: install them by hand"; return 1; }
  local log
  log=$(mktemp)
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q >"$log" 2>&1 </dev/null || true
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@" >>"$log" 2>&1 </dev/null ||
    { say "  apt-get failed; its last lines:"; tail -n 5 "$log"; rm -f "$log"; return 1; }
  rm -f "$log"
}

# setup: names what is missing, installs what it may.
setup() {
  local missing=()
  have go || die "Go is missing: install Go $(sed -n 's/^go //p' go.mod) or newer"
  browser >/dev/null || missing+=(chromium)
  cjk_fonts || missing+=(fonts-noto-cjk fontconfig)
  pg_bin >/dev/null || [ -n "${QINGDAN_TEST_POSTGRES:-}" ] || missing+=(postgresql)
  c_compiler || missing+=(gcc libc6-dev)
  if [ ${#missing[@]} -gt 0 ]; then
    say "setup: missing Debian packages: ${missing[*]}"
    timed "setup: installing them" apt_install "${missing[@]}" || true
  fi
  if [ -f internal/web/package.json ] && ! npm_parts; then
    say "setup: missing npm packages in internal/web"
    if have npm; then timed "setup: npm ci" npm_ci || true; else say "  npm is missing: install Node.js with npm"; fi
  fi
}

npm_ci() { (cd internal/web && npm ci --no-audit --no-fund --loglevel=error </dev/null); }

# bundle: the browser parts, where npm is; the product works without them.
bundle() {
  [ -f internal/web/package.json ] || return 0
  have npm || { say "npm is missing: the pages go without their optional scripts"; return 1; }
  { npm_parts || npm_ci; } && (cd internal/web && npm run --silent build </dev/null)
}

# postgres_answers URL: whether a server lets us in.
postgres_answers() {
  local psql
  psql=$(type -P psql || ls /usr/lib/postgresql/*/bin/psql 2>/dev/null | tail -n 1) || return 1
  [ -n "$psql" ] && PGCONNECT_TIMEOUT=3 "$psql" -X -q -w -c 'select 1' "$1" >/dev/null 2>&1 </dev/null
}

# postgres_start: makes a PostgreSQL server for tests known in
# QINGDAN_TEST_POSTGRES: the one named there, else the one on 127.0.0.1:5432
# if it lets us in, else a throwaway one of our own, open to loopback only and
# removed by postgres_stop. Its data is not synced to disk: tests only.
postgres_start() {
  local url user
  [ -z "${QINGDAN_TEST_POSTGRES:-}" ] || { postgres_answers "$QINGDAN_TEST_POSTGRES"; return; }
  for user in postgres "$(id -un)"; do
    url="postgres://$user@127.0.0.1:5432/postgres?sslmode=disable"
    if postgres_answers "$url"; then export QINGDAN_TEST_POSTGRES=$url; return 0; fi
  done
  PG_BIN=$(pg_bin) || return 1
  PG_DIR=$(mktemp -d "${TMPDIR:-/tmp}/qingdan-pg.XXXXXX")
  PG_AS=()
  if [ "$(id -u)" = 0 ]; then
    have runuser || return 1
    PG_AS=(runuser -u postgres --)
    chown postgres "$PG_DIR" || return 1
  fi
  local port=54320
  while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
  (cd "$PG_DIR" &&
    "${PG_AS[@]}" "$PG_BIN/initdb" -D "$PG_DIR/db" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync &&
    "${PG_AS[@]}" "$PG_BIN/pg_ctl" -D "$PG_DIR/db" -l "$PG_DIR/log" -w -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$PG_DIR -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200" start
  ) >"$PG_DIR.out" 2>&1 </dev/null || { say "a throwaway PostgreSQL does not start:"; tail -n 5 "$PG_DIR.out"; postgres_stop; return 1; }
  url="postgres://postgres@127.0.0.1:$port/postgres?sslmode=disable"
  postgres_answers "$url" || return 1
  export QINGDAN_TEST_POSTGRES=$url
}

postgres_stop() {
  [ -n "${PG_DIR:-}" ] || return 0
  (cd / && "${PG_AS[@]}" "$PG_BIN/pg_ctl" -D "$PG_DIR/db" -m immediate stop) >/dev/null 2>&1 || true
  rm -rf "$PG_DIR" "$PG_DIR.out"
  PG_DIR=
}

real_data() { local d=${QINGDAN_SHARED:-../shared/data}; [ -d "$d/laws" ] && (cd "$d" && pwd); }

# go_files: the Go files of this project, not those of npm packages.
go_files() { find . -name '*.go' -not -path '*/node_modules/*' -not -path './data/*'; }

gofmt_clean() {
  local bad
  bad=$(go_files | xargs gofmt -l)
  [ -z "$bad" ] || { say "not formatted (gofmt -w):"; say "$bad"; return 1; }
}

staticcheck_reachable() { go run "$STATICCHECK" -version >/dev/null 2>&1; }
