# What a person types; CI calls the same targets. All of them run through with-tools, which finds or installs what they need.

RUN := scripts/with-tools
# What is built and the suites that are built on it, of which three go at a time, in this order: many of them wait for a server or a clock
# most of the time. Builds give way to tests, some of which look at the time.
PARTS := tests releases check portable test-rust test-fuzz test-c test-java test-python test-cpp test-torture
BUILD := nice $(RUN)
# A suite that hangs ends, and what it said is shown.
SUITE := scripts/within 40m
SHELL := bash
export TIMEFORMAT := %0R s, %0U s of computing

.DEFAULT_GOAL := help
.PHONY: help demo test $(PARTS) test-snippets test-bindings test-windows test-go test-node test-php test-csharp test-long test-junit test-osgi test-spring test-spark faults vectors audit fmt wheel fuzz words torture peers test-page coverage mutants bench bench-check queue-stress findings docs compat pictures install bills dist test-dist test-dist-twice test-platforms

help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | awk -F '\t' '{ printf "make %-14s %s\n", $$1, $$2 }'

demo: ## builds, then closes orders at the five sandboxed gateways
	@$(RUN) cargo run --release --locked -p chexiao-cli -- demo

test: ## everything: check and the suites below, in their short forms
	$(RUN) true
	$(MAKE) --no-print-directory --jobs=3 --keep-going --output-sync=target $(PARTS) AFTER=portable
	$(MAKE) --no-print-directory test-snippets

tests: ## the tests of the Rust crates, not run
	time $(BUILD) scripts/test-build

releases: ## the C library as it ships, and the command without Parquet
	time $(BUILD) cargo build --release --locked -p chexiao-ffi
	time $(BUILD) cargo build --release --locked -p chexiao-cli

portable: releases ## the wheel and the library for Java, as they ship
	time nice python/wheel
	time nice java/native/build

# Beside `portable`, what builds for release would hold a place and wait for cargo's lock.
test-c test-cpp test-torture: $(AFTER)

test-rust: tests ## the Rust crates: vectors, meaning, flips, invariants, faults, transport, keys, command line
	time $(SUITE) scripts/with-nginx scripts/with-bulk scripts/test-build test

test-c: tests releases ## the C interface: sanitizers, valgrind, misuse, forks, signals
	time $(SUITE) $(RUN) tests/c/run

test-cpp: releases ## the installed library and its examples, the C++ wrapper
	time $(SUITE) $(RUN) tests/cpp/run

test-python: tests releases portable ## the Python package
	time $(SUITE) $(RUN) python/run

test-java: releases portable ## the JAR
	time $(SUITE) $(RUN) java/run

test-snippets: ## the code on the pages, in all languages, as it stands there; after test-c, test-python and test-java
	time $(SUITE) $(RUN) tests/snippets/run
	$(RUN) scripts/pictures check

test-torture: releases ## the short form of torture
	time $(SUITE) $(RUN) tests/torture/run short

test-fuzz: tests ## every input of the fuzz corpora once more
	time $(SUITE) $(RUN) fuzz/run replay

test-bindings: ## the languages over the C interface, each with the vectors, key files, scenarios and notifications
	$(RUN) bindings/run

test-windows: ## the C library and the command for Windows, under wine, with the vectors, key files and scenarios; DIST=dist for what make dist has built, the JAR and the wheel too
	$(RUN) tests/windows/run $(DIST)

test-go: ## the Go package
	$(RUN) bindings/run go

test-node: ## the Node.js package; needs the network once
	$(RUN) bindings/run node

test-php: ## the PHP package, on the command line and under php-fpm
	$(RUN) bindings/run php

test-csharp: ## the C# package, under Mono and .NET Core, with its NuGet package; needs the network once
	$(RUN) bindings/run csharp

test-long: ## the tests that have a long form, in it: 10,000 calls each among duplicated replies, 1,000 deadlines, 500 kills of a bulk job, its pace over 60 s; and input in Parquet
	CHEXIAO_LONG=1 $(RUN) cargo test -p chexiao --locked --test transport -- --nocapture duplicates deadline flood
	CHEXIAO_LONG=1 $(RUN) scripts/with-bulk cargo test -p chexiao-bulk --locked --test bulk -- --nocapture kill database system_call three_processes
	CHEXIAO_LONG=1 $(RUN) cargo test -p chexiao-cli --locked --test cli -- --nocapture a_pace_is_kept
	$(RUN) cargo test -p chexiao-bulk -p chexiao-cli --locked --features parquet --lib --test cli -- parquet

test-junit: ## the sandbox for JUnit 5
	$(RUN) java/sandbox/run

test-osgi: ## the JAR as a bundle in Felix and Equinox, updated and refreshed; needs the network once
	$(RUN) java/osgi/run

test-spring: ## the Spring Boot starter with Spring Boot 2.7, 3.5 and 4.1; needs the network once
	$(RUN) java/spring-boot-starter/run

test-spark: ## chexiao.spark on a real cluster of two workers with a real PostgreSQL; ORDERS=100000 for the long form; needs the network once, JDK 17
	CHEXIAO_SPARK_ORDERS=$(or $(ORDERS),200) $(RUN) scripts/with-bulk tests/spark/run

faults: ## the fault matrix at every gateway, by `send` and through a queue, with the table of what ran
	$(RUN) scripts/test-build test --test faults -- --nocapture
	CHEXIAO_FAULTS_BY=queue $(RUN) scripts/test-build test --test faults -- --nocapture

check: vectors ## style, lints, docs, house rules, both languages of the pages
	$(RUN) cargo fmt --all --check
	$(RUN) cargo clippy --workspace --all-targets --locked -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(RUN) cargo doc --workspace --no-deps --document-private-items --locked
	scripts/house-rules
	scripts/pages-agree

vectors: ## the test vectors and the key files, proved by Python and openssl
	$(RUN) scripts/vectors-check
	$(RUN) tests/keys/make/check

words: ## writes the words of outcomes and errors into every language, the pages and the header, from the core
	CHEXIAO_WRITE_WORDS=1 $(RUN) cargo test -p chexiao --locked --test words
	CHEXIAO_WRITE_WORDS=1 $(RUN) cargo test -p chexiao-explain --locked --test explain pages
	CHEXIAO_WRITE_HEADER=1 $(RUN) cargo test -p chexiao-ffi --locked --test header

audit: ## licences, sources and advisories of the dependencies; needs cargo-deny and the network
	$(RUN) cargo deny --locked check

fmt: ## formats the Rust code
	$(RUN) cargo fmt --all

wheel: ## the Python wheel and sdist, into target/wheels
	$(RUN) python/wheel

fuzz: ## the fuzz targets, SECONDS=60 each
	$(RUN) fuzz/run $(or $(SECONDS),60)

torture: ## every system call of a close fails; needs strace
	$(RUN) tests/torture/run

peers: ## real SDKs from the registries at the sandbox, their requests compared with ours; needs the network once, a JDK, Maven, Go, Node.js
	$(RUN) tests/peers/run

test-page: ## the sandbox's inspector in Chromium, by keyboard and under axe-core, with screenshots; needs the network once, Node.js
	$(RUN) tests/page/run

coverage: ## which lines and branches of the core the tests reach, with a table; needs the network once
	$(RUN) scripts/coverage

mutants: ## the code that decides is changed place by place, and the tests must notice; takes hours, needs the network once
	$(RUN) scripts/mutants

bench: ## what a call costs, into docs/benchmarks.md; QUICK=1 for fewer turns, PEERS=1 for other SDKs too (needs the network once)
	$(RUN) bench/run

bench-check: ## instruction counts against the recorded ones; needs valgrind
	$(RUN) bench/run check

queue-stress: ## a million calls through queues from three threads, with random frees, forks and deadlines: plain, and under sanitizers
	CHEXIAO_SUBMISSIONS=1000000 CHEXIAO_SECONDS=3600 $(RUN) tests/c/run queue_stress

findings: ## what other software really does where a guess misses, run once more; needs the network, JDK, Maven, Go, Node.js
	findings/run

docs: ## the pages as a book, with the reference of each language, into target/book; every link within the book is followed; needs the network once, a JDK, Maven
	$(RUN) scripts/docs

compat: ## the interfaces against those of the last version: what is broken must be known; needs the network once, a JDK, Maven
	$(RUN) compat/run

pictures: ## the pictures of the guide, from what the command says at a sandbox
	$(RUN) cargo build --release --locked -p chexiao-cli
	$(RUN) scripts/pictures

FEATURES = parquet
install: ## the C and C++ interface and the command, with its pages for man and its completions, into PREFIX=/usr/local LIBDIR=lib DESTDIR=; FEATURES= without Parquet
	$(RUN) cargo build --release --locked -p chexiao-ffi
	$(RUN) cargo build --release --locked -p chexiao-cli --features "$(FEATURES)"
	$(RUN) packaging/install

bills: ## what each thing that is given out is made of (CycloneDX), and the notices of third parties, into target/bills; needs the network once
	$(RUN) packaging/bills

dist: ## what is given out, into target/dist: archives, wheels, JARs, sums, bills, notices; TARGETS="…" of packaging/targets; needs the network once
	$(RUN) packaging/dist $(TARGETS)

test-dist: ## what make dist built for this machine, installed from empty folders by pip, Maven, CMake, pkg-config, cargo, go, npm and composer, closes orders; needs the network
	$(RUN) tests/dist/run

test-dist-twice: ## make dist once more, from a clone elsewhere, gives the same bytes
	tests/dist/twice $(TARGETS)

test-platforms: ## what make dist built for other Linuxes, in a bare root, aarch64 under qemu, with the vectors, key files and scenarios; needs the network
	$(RUN) tests/platforms/run $(TARGETS)
