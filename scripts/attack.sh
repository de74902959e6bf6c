#!/usr/bin/env bash
# make attack: loads a demo into a temporary folder, serves it on loopback, and
# sets wapiti and sqlmap on the desks, signed in as staff. The reports are kept
# in docs/security; something found, a failure of the server, or a run that
# attacked next to nothing fails.
#   DATA=folder      attack a copy of this loaded demo, which nobody serves, instead of a new one
#   ATTACK_TIME=12   seconds for each module of wapiti
# Nothing but this machine is asked: wapiti's endpoint for requests forged by
# the server is a listener here.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh
export LC_ALL=C.UTF-8
seconds=${ATTACK_TIME:-12}
out=docs/security

python=/usr/bin/python3 # the one that Debian's wapiti is installed for
missing=()
"$python" -c 'import wapitiCore' 2>/dev/null || missing+=(wapiti)
have sqlmap || missing+=(sqlmap)
have curl || missing+=(curl)
if [ ${#missing[@]} -gt 0 ]; then
  say "attack: missing Debian packages: ${missing[*]}"
  apt_install "${missing[@]}" || die "install them: apt-get install ${missing[*]}"
fi

dir=$(mktemp -d "${TMPDIR:-/tmp}/qingdan-attack.XXXXXX")
pids=()
stop() {
  [ ${#pids[@]} = 0 ] || kill "${pids[@]}" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$dir"
}
trap stop EXIT
trap 'exit 1' INT TERM

free_port() { # free_port FROM: the first port from there that nobody listens on
  local port=$1
  while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
  say "$port"
}

# --- the server: as behind a proxy with https, so that cookies and headers are
# those of an office and not those of a demo on one machine.
go build -o "$dir/qingdan" ./cmd/qingdan
if [ -n "${DATA:-}" ]; then cp -r "$DATA" "$dir/data"; else
  laws=()
  if data=$(real_data); then laws=(--laws "$data/laws"); fi
  mkdir "$dir/data"
  timed "attack: loading a demo" "$dir/qingdan" --db "$dir/data" demo load "${laws[@]}" >"$dir/load.log" 2>&1 || { tail -n 5 "$dir/load.log"; die "the demo does not load"; }
fi
site=$(free_port 18080)
port=$(free_port $((site + 1)))
trap_port=$(free_port $((port + 1)))
"$dir/qingdan" --db "$dir/data" serve --addr "127.0.0.1:$site" --desk-addr "127.0.0.1:$port" --desk-url https://desk.invalid >"$dir/serve.log" 2>&1 </dev/null &
pids+=($!)
mkdir "$dir/empty"
"$python" -m http.server --bind 127.0.0.1 --directory "$dir/empty" "$trap_port" >"$dir/trap.log" 2>&1 </dev/null &
pids+=($!)
desk=http://127.0.0.1:$port
for _ in $(seq 100); do curl -sf -o /dev/null "$desk/sign-in" && break; sleep 0.2; done
curl -sf -o /dev/null "$desk/sign-in" || { tail -n 5 "$dir/serve.log"; die "the server does not start"; }

# --- signing in: the sign-in page of a demo offers one account per role.
declare -A word=([clerk]=部门填报员 [reviewer]=审核小组成员 [legal]=法制机构 [system]=系统管理员 [security]=安全管理员 [auditor]=审计管理员)
declare -A cookie
for role in "${!word[@]}"; do
  id=$(curl -s "$desk/sign-in" | tr '\n' ' ' | sed 's/<form /\n/g' | grep -F "<b>${word[$role]}</b>" | grep -oE '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}' | head -n 1) || true
  cookie[$role]=$(curl -si -d "account=$id" -d back=/work "$desk/sign-in/demo" | tr -d '\r' | sed -nE 's/^Set-Cookie: ([^;]*session=[^;]*);.*/\1/p')
  [ -n "${cookie[$role]}" ] || die "cannot sign in as $role"
done
status() { curl -s -o /dev/null -w '%{http_code}' -H "Cookie: ${cookie[$1]}" "$desk$2"; } # status ROLE PATH

# --- wapiti
modules=xss,sql,blindsql,exec,file,crlf,redirect,ssrf,csp,http_headers,cookieflags,backup,htaccess,methods,xxe,permanentxss
# Not asked for: what ends sessions, bars accounts, takes a person from an
# office or ends the clearing, for the run would starve; the public pages, so
# that the time goes to the desks; and workbooks, which no browser shows.
leave=(sign-out account/sessions/ account/password account/factor '*/end' '*/disable' '*/post' admin/groups/departments
  powers laws departments figures editions extracts search basis-changes static/ '*.xlsx')
declare -A areas=([clerk]="/desk/filing /desk/filing/opinions /desk/filing/handup /desk/filing/new /desk/filing/import /desk/gaps /desk/impact"
  [reviewer]="/audit/queue /audit/board /audit/mandates /audit/peers /rounds /rounds/disputes"
  [legal]="/rounds /rounds/campaigns/new /audit/queue /desk/impact /desk/impact/settings /desk/gaps /audit/peers"
  [system]="/admin/accounts /admin/accounts/new /admin/groups /admin/site")
wapiti_as() { # wapiti_as ROLE
  local args=(-u "$desk/" --scope folder) path
  for path in /work /account ${areas[$1]}; do args+=(-s "$desk$path"); done
  for path in "${leave[@]}"; do args+=(-x "$desk/$path*"); done
  timeout 300 "$python" scripts/attack.py scan "${args[@]}" -H "Cookie: ${cookie[$1]}" -m "$modules" -d 4 -S aggressive \
    --max-files-per-dir 14 --max-scan-time 25 --max-attack-time "$seconds" --store-session "$dir/$1" --flush-session \
    --endpoint "http://127.0.0.1:$trap_port/" --no-bugreport -f json -o "$dir/$1.json" </dev/null >"$dir/$1.log" 2>&1
}
mkdir -p "$out"
failed=()
for pair in "clerk system" "reviewer legal"; do
  scans=()
  for role in $pair; do wapiti_as "$role" & scans+=($!); done
  pids+=("${scans[@]}")
  for pid in "${scans[@]}"; do wait "$pid" || true; done # a scan cut short leaves no report, which is told below
  pids=("${pids[@]:0:2}")
  for role in $pair; do
    [ -s "$dir/$role.json" ] || { tail -n 5 "$dir/$role.log"; die "wapiti as $role gave no report"; }
    [ "$(status "$role" /work)" = 200 ] || failed+=("the session of $role did not outlast the scan")
    "$python" scripts/attack.py report "$role" "$dir/$role.json" "$dir/$role" 40 >"$out/wapiti-$role.txt" || failed+=("wapiti as $role: see $out/wapiti-$role.txt")
  done
done
say "wapiti: done after $SECONDS s"

# --- sqlmap
first() { curl -s -H "Cookie: ${cookie[$1]}" "$desk$2" | grep -oE "$3" | grep -oE '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}' | sort | head -n 1; } # first ROLE PATH PATTERN: an id
id='[0-9a-f-]{36}'
campaign=$(first legal /rounds "/rounds/campaigns/$id") || die "no clearing in this demo"
office=$(first legal "/rounds/campaigns/$campaign/opinions" "option value=\"$id") || die "no department in this demo"
peer=$(first legal /audit/peers "/audit/peers/$id") || die "no list of another place in this demo"
power=$(first clerk /desk/filing "/desk/filing/powers/$id") || die "the clerk has no power"
water=%E6%B0%B4 penalty=%E8%A1%8C%E6%94%BF%E5%A4%84%E7%BD%9A rule=%E4%BA%94%E5%AF%B9%E7%85%A7%2F3 # 水, 行政处罚, 五对照/3

sqlmap_on() { # sqlmap_on ROLE PARAMETERS ARGUMENTS...: says one line for the report
  local role=$1 names=$2 log="$dir/sqlmap.log" shown
  shift 2
  shown="$role $(sed -E "s/$id/{id}/g" <<<"${1#"$desk"}" | sed -E 's/=[^&]*//g') [$names]"
  local args=(-u "$@" --batch --level 2 --risk 1 --dbms sqlite --disable-coloring --flush-session --output-dir "$dir/sqlmap")
  [ "$role" = anybody ] || args+=(--cookie "${cookie[$role]}" --drop-set-cookie)
  [ "$names" = path ] || args+=(-p "$names")
  timeout 100 sqlmap "${args[@]}" </dev/null >"$log" 2>&1 || true
  if grep -q 'identified the following injection point' "$log"; then
    say "INJECTABLE  $shown"
    grep -E '^(Parameter|    (Type|Title|Payload)):' "$log" | sed -E "s/$id/{id}/g"
  elif grep -q 'all tested parameters do not appear to be injectable' "$log"; then
    say "held        $shown"
  else
    say "NOT TESTED  $shown"
    tail -n 4 "$log" >&2
  fi
}
asked() { # asked ROLE PATH PARAMETERS: a page that must answer 200 untampered, else its test says nothing
  [ "$(status "$1" "$2")" = 200 ] || { say "NOT TESTED  $1 ${2%%\?*}: answers $(status "$1" "$2")" | sed -E "s/$id/{id}/g"; return; }
  sqlmap_on "$1" "$3" "$desk$2"
}
{
  say "sqlmap --level 2 --risk 1 --dbms sqlite, values left out"
  say
  asked clerk "/desk/filing?q=$water&category=$penalty&state=&mark=&sort=" q,category,state,mark,sort
  asked clerk "/desk/filing/opinions?cause=&state=&round=1" cause,state,round
  asked reviewer "/audit/queue?q=$water&category=$penalty&department=$office&status=&hint=&rule=&sort=name" q,category,department,status,hint,sort
  asked reviewer "/audit/queue?rule=$rule&round=1" rule,round
  asked reviewer "/audit/peers/$peer?q=$water&category=&department=&kind=&state=" q,category,department,kind,state
  asked legal "/rounds/campaigns/$campaign/opinions?cause=wrong_category&department=&no=1&state=&answer=" cause,department,no,state,answer
  asked legal "/desk/gaps?category=$penalty&department=&kind=" category,department,kind
  asked legal "/desk/impact?kind=&department=&overdue=" kind,department,overdue
  asked system "/admin/accounts?q=%E7%A4%BA%E4%BE%8B&role=clerk&department=&is=" q,role,department,is
  asked security "/admin/security?q=%E7%A4%BA%E4%BE%8B&role=&is=" q,role,is
  asked auditor "/admin/audit?kind=round.opened&log=powers&account=&from=&to=" kind,log,account,from,to
  asked auditor "/admin/audit/sign-ins?outcome=demo&address=&account=&from=&to=" outcome,address,account,from,to
  name=${cookie[clerk]%%=*}
  asked clerk /work "$name" # the cookie that says who asks
  sqlmap_on clerk path "$desk/desk/filing/powers/$power*"
  # From another address each time, or the limit for an address ends the test.
  sqlmap_on anybody login,password,back "$desk/sign-in" --data "login=demo-clerk&password=nothing&back=/work" --tamper xforwardedfor
} >"$out/sqlmap.txt"
say "sqlmap: done after $SECONDS s"
! grep -qE '^(INJECTABLE|NOT TESTED)' "$out/sqlmap.txt" || failed+=("sqlmap: see $out/sqlmap.txt")

# --- what the server has to say
say "requests answered: $(grep -c 'msg=request' "$dir/serve.log"): $(grep -oE ' status=[0-9]+' "$dir/serve.log" | sort | uniq -c | awk '{printf "%s%s %s", n++ ? ", " : "", $1, $2}' | sed 's/status=//g')"
# 503 of a sign-in is the limit for an address, which must hold.
if grep -E ' status=5[0-9][0-9]|level=ERROR|panic' "$dir/serve.log" | { grep -v 'method=POST path=/sign-in status=503' || true; } | sed -E "s/^time=[^ ]* //; s/$id/{id}/g; s/ (bytes|ms)=[^ ]*//g" | sort | uniq -c | head -n 20 | grep .; then
  failed+=("the server failed, see above")
fi
if grep -E '"[A-Z]+ ' "$dir/trap.log" | grep -vE '"GET /get_(ssrf|xxe)\.php\?id='; then failed+=("the server asked an address that it was given"); fi

if [ ${#failed[@]} -gt 0 ]; then printf 'found: %s\n' "${failed[@]}"; exit 1; fi
say "attack: nothing found, $SECONDS s"
