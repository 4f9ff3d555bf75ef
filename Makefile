# `make help` lists what there is. Go is all that run, test and build need.

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X main.version=$(VERSION)
FUZZTIME ?= 1m
DURATION ?= 3m

.DEFAULT_GOAL := help

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: ## A shop with simulated shoppers, on nothing but this machine
	go run ./cmd/cartograph demo

.PHONY: run
run: ## The real server on the embedded database, in ./data
	go run ./cmd/cartograph serve

.PHONY: test
test: ## All tests; also on Redis, Postgres and a browser where these are installed
	go test ./...

.PHONY: check
check: ## What CI runs: format, vet, staticcheck, gosec, race, both engines, migrations, fuzzing
	bash .ci/run

.PHONY: vulns
vulns: ## Known vulnerabilities in what is built; asks vuln.go.dev, so it needs the internet
	go run golang.org/x/vuln/cmd/govulncheck@v1.9.0 ./...

.PHONY: bench
bench: ## Throughput and lateness beside their own ceilings
	go run ./cmd/cartograph bench

.PHONY: fuzz
fuzz: ## Every fuzz target for FUZZTIME (1m)
	bash .ci/fuzz $(FUZZTIME)

.PHONY: torture
torture: ## Kills, faults and random histories for DURATION (3m), then the promises are judged
	@dir=$$(mktemp -d) && trap 'rm -rf "$$dir"' EXIT && \
	go test -c -o "$$dir/histories.test" ./internal/recovery && \
	go build -o "$$dir/torture" ./cmd/torture && \
	"$$dir/torture" -duration $(DURATION) -histories "$$dir/histories.test"

.PHONY: assets
assets: ## Bundle the vendored scripts from pinned npm packages; the only thing that needs Node
	cd internal/web/assets/vendored && npm ci --ignore-scripts --no-audit --no-fund && node build.mjs && node pixel.mjs

.PHONY: assets-check
assets-check: assets ## Does building the vendored scripts again give what is committed?
	git diff --exit-code -- internal/web/assets/files internal/web/assets/pixel

.PHONY: build
build: ## One static binary, ./cartograph
	CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o cartograph ./cmd/cartograph

.PHONY: image
image: ## A container image, cartograph:VERSION
	docker build --build-arg VERSION=$(VERSION) -t cartograph:$(VERSION) -t cartograph:latest .
