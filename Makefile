# SPDX-License-Identifier: Apache-2.0
#
# A fresh machine needs Go, make, git and a C compiler; everything else is built from Go modules.

SHELL := /usr/bin/env bash -o pipefail
.SHELLFLAGS := -ec
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# The image that docker-build makes and deploy installs.
IMG ?= controller:latest
CONTAINER_TOOL ?= docker
KUBECTL ?= kubectl

# For the race detector: make test TESTFLAGS=-race
TESTFLAGS ?=
# In how many processes the tests of the whole operator run.
PROCS ?= 10
# How many cases the properties are checked with by make laws, and which: 0 draws new ones.
CHECKS ?= 10000
RAPID_SEED ?= 1
# A server version for each dialect but the one that the tests of the whole operator have by themselves.
DIALECTS ?= 0.16.0 0.17.22
# How long each fuzz target runs.
FUZZTIME ?= 30s

# The folder of etcd, kube-apiserver, kube-controller-manager and kubectl; they are built when they are missing.
controlplane = $(if $(KUBEBUILDER_ASSETS),$(KUBEBUILDER_ASSETS),$$(go -C hack/controlplane run .))

TOOLS := -modfile=go.tools.mod
CONTROLLER_GEN := bin/controller-gen
GOLANGCI_LINT := bin/golangci-lint

##@ General

.PHONY: help
help: ## Show this text.
	@awk 'BEGIN {FS = ":.*##"; printf "Usage: make \033[36m<target>\033[0m\n"} \
	  /^[a-z-]+:.*?##/ {printf "  \033[36m%-14s\033[0m %s\n", $$1, $$2} \
	  /^##@/ {printf "\n\033[1m%s\033[0m\n", substr($$0, 5)}' $(MAKEFILE_LIST)

.PHONY: demo
demo: ## See it work: a real API server, the operator and an emulated Scanopy. KEEP=1 stays up; SERVER_VERSION=0.17.22 for another server.
	@mkdir -p bin && go build -o bin/demo ./hack/demo
	@exec bin/demo $(if $(SERVER_VERSION),--server-version=$(SERVER_VERSION)) $(if $(filter-out 0 no false,$(KEEP)),--keep)

##@ Development

.PHONY: generate
generate: $(CONTROLLER_GEN) ## Generate deep copies, CRDs and RBAC from the Go code.
	$(CONTROLLER_GEN) object:headerFile=hack/boilerplate.go.txt paths=./api/...
	$(CONTROLLER_GEN) crd paths=./api/... output:crd:dir=config/crd/bases
	$(CONTROLLER_GEN) rbac:roleName=manager-role paths=./internal/controller/... output:rbac:dir=config/rbac

.PHONY: manifests
manifests: generate ## The same as generate, by the name that kubebuilder's users know.

.PHONY: fmt
fmt: $(GOLANGCI_LINT) ## Format all Go code.
	$(GOLANGCI_LINT) fmt

.PHONY: vet
vet: ## Run go vet.
	go vet ./...
	go -C hack/controlplane vet ./...

.PHONY: lint
lint: $(GOLANGCI_LINT) ## Run all linters, the import rules and the API conventions among them.
	$(GOLANGCI_LINT) config verify
	$(GOLANGCI_LINT) run ./...
	cd hack/controlplane && ../../$(GOLANGCI_LINT) run --config ../../.golangci.yml ./...

.PHONY: verify
verify: $(CONTROLLER_GEN) ## Check that generated files, formatting and go.mod files are up to date.
	hack/verify.sh $(CONTROLLER_GEN)

##@ Tests

.PHONY: test
test: ## Run all tests: unit, properties, conformance, and those with a real API server.
	assets="$(controlplane)" && KUBEBUILDER_ASSETS="$$assets" go test -timeout 30m $(TESTFLAGS) $$(go list ./... | grep -v /test/operator$$)
	$(MAKE) --no-print-directory test-operator
	$(MAKE) --no-print-directory test-dialects LABELS='!long && !dialects'
	go -C hack/controlplane test $(TESTFLAGS) ./...

.PHONY: test-operator
test-operator: ## Run the tests of the whole operator, most of which wait most of the time, PROCS=10 at once. FOCUS='A Host' or LABELS='!long' for some; SERVER_VERSION=0.16.0 for another server.
	assets="$(controlplane)" && KUBEBUILDER_ASSETS="$$assets" go tool ginkgo run --procs=$(PROCS) --timeout=30m \
	  $(filter -race -v,$(TESTFLAGS)) $(if $(FOCUS),--focus='$(FOCUS)' --fail-on-empty) \
	  $(if $(LABELS),--label-filter='$(LABELS)') ./test/operator

.PHONY: test-dialects
test-dialects: ## Run those of the whole operator once for each of the other dialects, DIALECTS='0.16.0 0.17.22'.
	for version in $(DIALECTS); do \
	  echo "=== a server of version $$version"; \
	  SERVER_VERSION=$$version $(MAKE) --no-print-directory test-operator; \
	done

.PHONY: laws
laws: ## Check each property with 10,000 cases, as CI does, always the same; RAPID_SEED=0 for others, CHECKS=100000 for more.
	go test -timeout 40m $(TESTFLAGS) $$(grep -rl --include='*_test.go' 'rapid\.Check(' internal | xargs -n1 dirname | sort -u | sed 's|^|./|') -rapid.checks=$(CHECKS) -rapid.seed=$(RAPID_SEED)

.PHONY: conformance
conformance: ## Play recorded answers of real servers against the emulator, or the server in SCANOPY_BOOTSTRAP.
	@go run ./test/conformance/cmd

.PHONY: bench
bench: ## Measure requests, times and memory against the budgets. N=100 SCENARIOS=host-by-host for a short look.
	@assets="$(controlplane)" && KUBEBUILDER_ASSETS="$$assets" go run ./test/bench

.PHONY: simulate
simulate: ## Run SEEDS seeds of the simulator from FROM on, or replay SEED and print its history. WIDE=1 for more kinds of events, CREDENTIALS=1 for Credentials.
	@go run ./test/simulator/cmd $(if $(WIDE),-wide) $(if $(CREDENTIALS),-credentials) $(if $(SEED),-seed $(SEED),-seeds $(or $(SEEDS),1000) -from $(or $(FROM),0))

.PHONY: fuzz
fuzz: ## Run each fuzz target for FUZZTIME.
	hack/fuzz.sh $(FUZZTIME)

##@ Build and run

.PHONY: build
build: ## Build the manager and the emulator into bin/.
	@mkdir -p bin
	go build -o bin/manager ./cmd/manager
	go build -o bin/emulator ./cmd/emulator

.PHONY: run
run: ## Run the manager on this machine against the cluster of the current KUBECONFIG.
	go run ./cmd/manager --allow-loopback-backends $(ARGS)

.PHONY: controlplane
controlplane: ## Build the control plane for tests, if it is missing, and print its folder.
	@echo "$(controlplane)"

.PHONY: docker-build
docker-build: ## Build the image IMG; PLATFORM=linux/arm64 builds for another platform.
	$(CONTAINER_TOOL) build $(if $(PLATFORM),--platform $(PLATFORM)) -t $(IMG) .

.PHONY: install
install: ## Install the CRDs into the cluster of the current KUBECONFIG.
	$(KUBECTL) apply --server-side -k config/crd

.PHONY: uninstall
uninstall: ## Remove the CRDs, and with them all our objects, from that cluster. Nothing is deleted in Scanopy.
	$(KUBECTL) delete --ignore-not-found -k config/crd

.PHONY: deploy
deploy: ## Install CRDs, RBAC and the manager with the image IMG into that cluster.
	$(KUBECTL) kustomize config/default | sed 's|image: controller:latest|image: $(IMG)|' | $(KUBECTL) apply --server-side -f -

# The CRDs go while the manager is there to let go of their objects; without it they would stay terminating for ever.
.PHONY: undeploy
undeploy: uninstall ## Remove the CRDs, with all our objects, and then the manager from that cluster.
	$(KUBECTL) delete --ignore-not-found -k config/default

.PHONY: clean
clean: ## Remove what was built here. The control plane stays in the cache.
	rm -rf bin

##@ Tools

.PHONY: tools
tools: $(CONTROLLER_GEN) $(GOLANGCI_LINT) ## Build controller-gen and golangci-lint into bin/.

$(CONTROLLER_GEN): go.tools.mod go.tools.sum
	@mkdir -p bin
	go build $(TOOLS) -o $@ sigs.k8s.io/controller-tools/cmd/controller-gen

# golangci-lint with all of its own linters and the one for Kubernetes APIs.
$(GOLANGCI_LINT): go.tools.mod go.tools.sum
	@echo "building golangci-lint; the first time this takes minutes"
	@mkdir -p bin
	go build $(TOOLS) -o $@ sigs.k8s.io/kube-api-linter/cmd/golangci-lint-kube-api-linter
