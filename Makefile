# SPDX-License-Identifier: Apache-2.0
# The front door: everything that a person or the CI does with this repository starts here. `make` alone prints help.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# Where SwiftPM builds. CI points it to a cache outside the clone.
SCRATCH ?= .build
# The one set of flags of every build in this file, so that one target never rebuilds what another one built.
# Warnings are errors here and not in the manifest, where they would break those who depend on the package.
SWIFT_FLAGS := --scratch-path $(SCRATCH) -Xswiftc -warnings-as-errors
EXAMPLE_FLAGS := --package-path Examples --scratch-path $(SCRATCH)/examples -Xswiftc -warnings-as-errors
DEBUG := $(SCRATCH)/debug
# How many runs `make sim` simulates.
SEEDS ?= 1000
RELEASE := $(SCRATCH)/release

.PHONY: help setup build run demo test check check-long fmt bench sim mutants e2e examples vibe-demo fuzz ci clean

help: ## Print what can be made
	@echo "make TARGET, where TARGET is one of:"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' Makefile

setup: ## Install the Debian packages that are missing; does nothing when all are there
	@Tools/setup

build: setup ## Build everything, warnings are errors
	swift build $(SWIFT_FLAGS)

run: setup ## Build and start the daemon; ARGS="--port 0" and the like are passed on
	swift build $(SWIFT_FLAGS) --product samd
	$(DEBUG)/samd serve $(ARGS)

# A debug build, because it is the faster one from nothing by far, and `make test` uses the same one.
demo: setup ## Run one real task with the bundled agent; KEEP=dir leaves everything in dir
	@echo "==> building samd and samctl; from nothing this takes minutes, afterwards seconds"
	swift build $(SWIFT_FLAGS) --product samd
	swift build $(SWIFT_FLAGS) --product samctl
	@BIN=$(abspath $(DEBUG)) KEEP="$(KEEP)" Tools/demo

test: setup ## Run all tests and print 'N passed, N failed, N skipped'; FILTER=regex runs some
	@echo "==> building the tests; from nothing this takes minutes"
	swift build --build-tests $(SWIFT_FLAGS)
	@Tools/test $(if $(FILTER),--filter "$(FILTER)") $(SWIFT_FLAGS)

check: setup ## Format and lint, C and script checks, build with warnings as errors
	@Tools/check
	swift build --build-tests $(SWIFT_FLAGS)

check-long: check test ## check, test, 20,000 simulated schedules, 600 sessions, mutants, and all tests again under the thread sanitizer (long)
	@echo "==> 20,000 schedules, with their coverage; and the same seeds in debug and in release"
	@$(MAKE) --no-print-directory sim SEEDS=20000 ARGS="--coverage --at-least 10"
	@Tools/same-runs $(DEBUG)/samctl $(RELEASE)/samctl
	@echo "==> 600 sessions: memory does not grow"
	@SAM_TEST_LONG=1 Tools/test --filter EnduranceTests $(SWIFT_FLAGS)
	@echo "==> the tests under the thread sanitizer, in a build of their own"
	swift build --build-tests --sanitize thread $(subst $(SCRATCH),$(SCRATCH)/tsan,$(SWIFT_FLAGS))
	@SAM_SANITIZED=1 Tools/test --sanitize thread $(subst $(SCRATCH),$(SCRATCH)/tsan,$(SWIFT_FLAGS))
	@$(MAKE) --no-print-directory mutants
	@echo "==> negative control of the fuzzer: it must find a planted mistake"
	@FUZZ_BUILD=$(abspath $(SCRATCH))/fuzzing Tools/fuzz --control

fmt: ## Format all Swift files
	@Tools/swift-files | xargs -0 swift format format --in-place --parallel

bench: setup ## Measure a release build and print the table; ARGS="--quick" or rows: ARGS="store fan-out"
	swift build -c release $(SWIFT_FLAGS) --product samd
	swift build -c release $(SWIFT_FLAGS) --product samctl
	swift build -c release $(SWIFT_FLAGS) --product sam-bench
	@$(RELEASE)/sam-bench $(ARGS)

sim: setup ## Simulate SEEDS=n runs of a release build with faults at every step; the last line sums up
	swift build -c release $(SWIFT_FLAGS) --product samctl
	@$(RELEASE)/samctl sim --seeds $(SEEDS) $(ARGS)

mutants: setup ## Run mutants of the core through the simulator and write docs/mutants.md (long); ARGS=--quick runs some
	@Tools/mutate run $(ARGS); status=$$?; Tools/mutate report && exit $$status

examples: setup ## Build and run the examples
	@echo "==> building the examples"
	swift build $(EXAMPLE_FLAGS)
	@Tools/examples $(SCRATCH)/examples/debug

e2e: setup ## Install real agents and run the end-to-end tests with them
	@Tools/install-agents
	@$(MAKE) --no-print-directory test SAM_AGENTS="$$(Tools/install-agents --where)"

vibe-demo: setup ## One task with Mistral Vibe, the real program; only its model is scripted
	swift build $(SWIFT_FLAGS) --product samd
	swift build $(SWIFT_FLAGS) --product samctl
	@BIN=$(abspath $(DEBUG)) Tools/vibe-demo

fuzz: setup ## Fuzz framing, JSON and ACP; SECONDS=600 says for how long
	@FUZZ_BUILD=$(abspath $(SCRATCH))/fuzzing Tools/fuzz $(or $(SECONDS),60)

ci: ## What CI runs
	@.ci/run

clean: ## Remove what was built here
	rm -rf .build Examples/.build
