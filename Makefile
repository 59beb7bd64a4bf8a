# `make` alone lists what can be done.
PREFIX ?= /usr/local
DESTDIR ?=
ARGS ?=

BINARY := .build/release/mayday
MANUAL := .build/release/mayday.1
COMPLETIONS := $(addprefix .build/release/mayday.,bash zsh fish)
SCRIPTS := .ci/packages .ci/run Tests/bench/run Tests/mutants/run
# Every target with tests that read MAYDAY_SOAK: none is forgotten.
SOAKED = $(shell grep -rl MAYDAY_SOAK Tests | cut -d/ -f2 | sort -u | paste -sd'|')
# As people run it, and several times as fast; away from the release that is installed, whose
# runtime is linked otherwise.
SOAK := -c release -Xswiftc -enable-testing --scratch-path .build/soak
# Targets whose tests start no program, server or terminal: they do not disturb each other.
PURE := ^(Grid|IncidentDomain|MarkdownBlocks|Policies|Reports|Runbooks|TextGate|Console)Tests\.
SHARED := $(shell find runbooks Resources -type f 2>/dev/null)
ROOT = $(DESTDIR)$(PREFIX)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
# One build at a time: two in one folder wait for each other, or worse.
.NOTPARALLEL:
.PHONY: help run build test lint format bench soak mutants install uninstall clean

help: ## List the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  \1\t\2/p' Makefile | expand -t 14
	@echo
	@echo '  PREFIX=$(PREFIX) DESTDIR=$(DESTDIR) say where to install; ARGS=… goes to mayday in "make run".'

run: $(BINARY) ## Install missing packages, build the release, open the console
	@$(BINARY) $(ARGS)

build: $(BINARY) ## Install missing packages, build the release

$(BINARY): Package.swift $(shell find Sources -type f 2>/dev/null)
	@.ci/packages build
	swift build -c release --static-swift-stdlib --product mayday
	@touch $@

test: ## Install missing packages, build everything, run every test
	@.ci/packages build test
	swift build --build-tests
	swift test --skip-build --parallel --filter '$(PURE)'
	swift test --skip-build --no-parallel --skip '$(PURE)'

lint: ## Check the formatting of the code, and the scripts if shellcheck is there
	swift format lint --strict --parallel -r Sources Tests Package.swift
	@if command -v shellcheck >/dev/null; then shellcheck $(SCRIPTS); \
	else echo 'shellcheck is not installed: the scripts were not checked.'; fi

format: ## Format the code in place
	swift format -i --parallel -r Sources Tests Package.swift

bench: $(BINARY) ## Measure against the budgets and against other programs
	@.ci/packages build test bench
	Tests/bench/run

soak: ## Run the long tests
	@.ci/packages build test
	swift build $(SOAK) --build-tests
	MAYDAY_SOAK=25 swift test $(SOAK) --skip-build --no-parallel --filter "$(SOAKED)"

mutants: ## Put faults in, one by one, and see that a test finds each
	@.ci/packages build test
	Tests/mutants/run

$(MANUAL): $(BINARY)
	$(BINARY) manual > $@

.build/release/mayday.%: $(BINARY)
	$(BINARY) --generate-completion-script $* > $@

install: $(BINARY) $(MANUAL) $(COMPLETIONS) ## Install program, runbooks, manual page and completions
	install -D -s -m 755 $(BINARY) $(ROOT)/bin/mayday
	install -D -m 644 $(MANUAL) $(ROOT)/share/man/man1/mayday.1
	install -D -m 644 .build/release/mayday.bash $(ROOT)/share/bash-completion/completions/mayday
	install -D -m 644 .build/release/mayday.zsh $(ROOT)/share/zsh/site-functions/_mayday
	install -D -m 644 .build/release/mayday.fish $(ROOT)/share/fish/vendor_completions.d/mayday.fish
	@for file in $(SHARED); do \
	  install -D -m 644 "$$file" "$(ROOT)/share/mayday/$${file#Resources/}" || exit; done

uninstall: ## Remove what install put there, and nothing else
	rm -f $(ROOT)/bin/mayday $(ROOT)/share/man/man1/mayday.1 \
	  $(ROOT)/share/bash-completion/completions/mayday \
	  $(ROOT)/share/zsh/site-functions/_mayday \
	  $(ROOT)/share/fish/vendor_completions.d/mayday.fish
	@for file in $(SHARED); do rm -f "$(ROOT)/share/mayday/$${file#Resources/}"; done
	@if [ -d $(ROOT)/share/mayday ]; then \
	  find $(ROOT)/share/mayday -depth -type d -empty -delete; fi

clean: ## Remove everything that was built
	rm -rf .build
