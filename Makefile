# Stepwell's commands; `make help` lists them. `make run` and `make build` need Go, make and git.

GO      ?= go
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
LDFLAGS := -s -w -X github.com/stepwell/stepwell/cli.version=$(VERSION)
# Packages where goroutines share memory; the others are pure or hold no state.
RACY    := . ./lambda/... ./delivery/... ./engine/... ./store/... ./kv/... ./service/... ./integration/... ./awsjson/... ./iam/... ./cli/... ./bench/... ./telemetry/... ./simulation/... ./tests/sdk/...
PLATFORMS := linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64
# The linters' versions are in a go.mod of their own, so that the server's stays small.
TOOL    := $(GO) tool -modfile=tools/go.mod

.DEFAULT_GOAL := help
.PHONY: help run build test test-go test-clients conformance simulate lint bench cross generate

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: build ## build and serve on LISTEN (localhost:8083), data in DATA (stepwell-data)
	@exec bin/stepwell serve $(if $(LISTEN),--listen $(LISTEN)) $(if $(DATA),--store pebble:$(DATA))

build: ## build bin/stepwell, static, with its version
	CGO_ENABLED=0 $(GO) build -trimpath -buildvcs=false -ldflags '$(LDFLAGS)' -o bin/ ./cmd/stepwell

test: ## everything: test-go, test-clients and conformance
	$(MAKE) test-go test-clients conformance

test-go: ## the tests that need only Go; with the race detector where goroutines share memory
	$(GO) test ./...
	@# The race detector is the one thing that needs a C compiler.
	@if [ "$$($(GO) env CGO_ENABLED)" = 1 ] && command -v "$$($(GO) env CC)" >/dev/null; then \
	  echo "$(GO) test -race -short"; CGO_ENABLED=1 $(GO) test -race -short $(RACY); \
	elif [ -n "$$CI" ]; then echo "the race detector needs a C compiler"; exit 1; \
	else echo "no C compiler: the race detector is skipped"; fi

test-clients: ## AWS CLI, boto3, JavaScript and Terraform against the real binary; installs what is missing
	tests/clients/install
	$(GO) test -count=1 -tags clients ./tests/clients/...

conformance: ## score against recordings of AWS (STEPWELL_CONFORMANCE_DIR=DIR CASE=regexp DIFF=1)
	@$(GO) run ./conformance/play -floor conformance/floor.txt

simulate: ## random faults for ten seconds, or RUNS seeds from SEED on
	STEPWELL_SEED=$(SEED) STEPWELL_RUNS=$(RUNS) $(GO) test -count=1 -timeout=0 -v -run '^TestSimulation$$' ./simulation

lint: ## vet, formatting, staticcheck, errcheck, exhaustive
	$(GO) vet -tags clients ./...
	@unformatted="$$($(TOOL) gofumpt -l .)"; if [ -n "$$unformatted" ]; then echo "gofumpt -w these:"; echo "$$unformatted"; exit 1; fi
	$(TOOL) staticcheck -tags clients ./...
	$(TOOL) errcheck -ignoretests -exclude .errcheck ./...
	$(TOOL) exhaustive -d -typeignore 'reflect\.Kind$$|value\.Kind$$' ./...

bench: ## benchmarks of the hot paths
	$(GO) test -run '^$$' -bench . -benchmem ./...

cross: ## check that it builds, without cgo, on every platform
	@set -e; for p in $(PLATFORMS); do echo "build $$p"; \
	  CGO_ENABLED=0 GOOS=$${p%/*} GOARCH=$${p#*/} $(GO) build -o /dev/null ./cmd/stepwell; done

generate: ## regenerate the API shapes; fails when the result differs from what is committed
	$(GO) generate ./...
	git diff --exit-code -- sfn
