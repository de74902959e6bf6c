#!/usr/bin/env bash
# make setup: names what tests need and lacks here, and installs what it may.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh
setup
for tool in browser cjk_fonts pg_bin npm_parts c_compiler; do
  case $tool in
    browser) words="a browser (Debian: chromium)" ;;
    cjk_fonts) words="Chinese fonts (Debian: fonts-noto-cjk)" ;;
    pg_bin) words="PostgreSQL (Debian: postgresql)" ;;
    c_compiler) words="a C compiler for the race detector (Debian: gcc, libc6-dev)" ;;
    npm_parts) words="npm packages (npm ci in internal/web)" ;;
  esac
  if "$tool" >/dev/null; then say "setup: $words: there"; else
    say "setup: $words: missing"
    [ -z "$STRICT" ] || die "QINGDAN_STRICT=1 and something is missing"
  fi
done
