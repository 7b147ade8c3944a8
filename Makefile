# What there is to do here. Only two of these are needed to get to know gate:
# demo and test.

SHELL := /bin/bash
export CGO_ENABLED ?= 0

# Fuzzing takes this long for each target.
FUZZTIME ?= 10s

# The version comes from git, where git knows this folder.
BUILDVCS := $(shell git rev-parse HEAD >/dev/null 2>&1 && echo auto || echo false)

# A release is compiled by a profile, which takes minutes more and makes it a
# tenth faster: PGO=cmd/gate/released.pgo.
PGO ?= off

.DEFAULT_GOAL := help

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: ## Build gate, build a faulty image with it, and see it refused
	@scripts/demo.sh

.PHONY: test
test: ## Run all tests, end to end with a real Docker Engine included
	@scripts/test.sh

.PHONY: unit
unit: ## Run the packages' own tests only
	@scripts/test.sh unit

.PHONY: e2e
e2e: ## Run the end-to-end tests only
	@scripts/test.sh e2e

.PHONY: lint
lint: ## Check format, source, modules, workflows, scripts and generated files
	@scripts/lint.sh

.PHONY: build
build: ## Compile bin/gate
	@mkdir -p bin
	go build -buildvcs=$(BUILDVCS) -pgo=$(PGO) -ldflags='-s -w' -o bin/gate ./cmd/gate

.PHONY: examples
examples: ## Compile the program that goes into the example image
	@scripts/examples.sh

.PHONY: image
image: build ## Build the action's image from bin/gate, without a registry
	@scripts/base-image.sh
	@scripts/image.sh gate:dev

.PHONY: generate
generate: ## Write the generated files again
	go generate ./...

.PHONY: profile
profile: ## Measure anew what a release is compiled by (needs what make bench does)
	GATE_BENCH=1 GATE_E2E=1 go test -run '^$$' -bench '^BenchmarkWhole$$' -benchtime 12x -cpuprofile cmd/gate/released.pgo -o /dev/null ./internal/scan

.PHONY: bench
bench: ## Measure gate against its peers on this machine
	@scripts/bench.sh

.PHONY: fuzz
fuzz: ## Run every fuzz target for a short time (FUZZTIME=10s)
	@scripts/fuzz.sh $(FUZZTIME)

.PHONY: clean
clean: ## Remove everything that was built here
	rm -rf bin out .cache examples/shop/bin
