#!/usr/bin/env bash
# make run: builds, loads the demo once, serves the site and, for this machine
# only, the workbench. Needs Go only.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh
port=${PORT:-8080} desk=${DESK_PORT:-8081} folder=${DATA:-data}

have go || die "Go is missing: install Go $(sed -n 's/^go //p' go.mod) or newer"
say "browser parts: bundling (optional)"
bundle || say "browser parts: left out; every page works without them"
say "building bin/qingdan (the first build takes some minutes)"
go build -o bin/qingdan ./cmd/qingdan
mkdir -p "$folder"

laws=()
if data=$(real_data); then
  say "demo: real law texts from $data/laws"
  laws=(--laws "$data/laws")
else
  say "demo: invented law texts (no real ones in ${QINGDAN_SHARED:-../shared/data}/laws)"
fi
bin/qingdan --db "$folder" demo load --once "${laws[@]}"
say "the site: http://127.0.0.1:$port   the desks, one click for each role: http://127.0.0.1:$desk/sign-in   (stop with Ctrl-C)"
exec bin/qingdan --db "$folder" serve --addr "127.0.0.1:$port" --desk-addr "127.0.0.1:$desk"
