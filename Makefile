# qingdan. `make` alone lists the targets.
SHELL := bash
.DEFAULT_GOAL := help

.PHONY: help run build bundle setup test race lint bench fuzz attack golden cover clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 14
	@echo
	@echo "  variables: PORT=8080 DATA=data QINGDAN_SHARED=../shared/data QINGDAN_STRICT=1 NO_APT=1"
	@echo "             QINGDAN_TEST_POSTGRES=postgres://… FUZZTIME=60s COUNT=6 PKGS=./internal/…"

run: ## build, load the demo once, serve it on http://127.0.0.1:8080 (PORT=)
	@bash scripts/run.sh

build: ## build bin/qingdan
	go build -o bin/qingdan ./cmd/qingdan

bundle: ## bundle the optional browser parts (needs npm)
	@bash -c '. scripts/lib.sh; bundle'

setup: ## install what the tests need (chromium, fonts, PostgreSQL, npm packages)
	@bash scripts/setup.sh

test: ## set up, then every test there is; the full run
	@bash scripts/test.sh

race: ## the tests with the race detector (PKGS=./internal/… for some)
	@bash -c '. scripts/lib.sh; trap postgres_stop EXIT; postgres_start || true; \
	  go test "$${RACE[@]}" -count=1 -timeout 60m $(or $(PKGS),./...)'

lint: ## gofmt, go vet, staticcheck
	@bash scripts/lint.sh

bench: ## benchmarks, kept in docs/bench (PKGS=, COUNT=)
	@bash scripts/bench.sh

fuzz: ## every fuzz target for FUZZTIME (60s; PKGS=)
	@bash scripts/fuzz.sh

attack: ## wapiti and sqlmap against the signed-in desks, kept in docs/security (DATA=)
	@bash scripts/attack.sh

golden: ## write the golden files and docs/rules.md anew; look at the diff afterwards
	@grep -rlE --include='*_test.go' '"update"|golden\.' internal cmd 2>/dev/null | xargs -r -n 1 dirname | sort -u | \
	  while read -r d; do go test "./$$d" -update || exit 1; done

cover: ## statement coverage in all, and bin/cover.html
	@mkdir -p bin
	go test -coverprofile=bin/cover.out -coverpkg=./... ./... && go tool cover -func=bin/cover.out | tail -n 1
	go tool cover -html=bin/cover.out -o bin/cover.html

clean: ## remove what was built (not ./data)
	rm -rf bin
