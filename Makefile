# What a person types; CI calls the same targets.

RUN := scripts/with-tools

.PHONY: demo test test-long faults check vectors audit fmt wheel fuzz torture coverage mutants install

demo: ## builds, then closes orders at the five sandboxed gateways
	@$(RUN) cargo run --release --locked -p chexiao-cli -- demo

test: check ## everything
	$(RUN) cargo test --workspace --locked
	$(RUN) tests/c/run
	$(RUN) tests/cpp/run
	$(RUN) python/run
	$(RUN) java/run
	$(RUN) tests/torture/run short
	fuzz/run replay

test-long: ## the tests that have a long form, in it: 10,000 calls each among duplicated replies, 1,000 deadlines
	CHEXIAO_LONG=1 $(RUN) cargo test -p chexiao --locked --test transport -- --nocapture duplicates deadline flood

faults: ## the fault matrix at every gateway, with the table of what ran
	$(RUN) cargo test -p chexiao --locked --test faults -- --nocapture

check: vectors ## style, lints, docs, house rules
	$(RUN) cargo fmt --all --check
	$(RUN) cargo clippy --workspace --all-targets --locked -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(RUN) cargo doc --workspace --no-deps --document-private-items --locked
	scripts/house-rules

vectors: ## the test vectors and the key files, proved by Python and openssl
	$(RUN) scripts/vectors-check
	$(RUN) tests/keys/make/check

audit: ## licences, sources and advisories of the dependencies; needs cargo-deny and the network
	$(RUN) cargo deny --locked check

fmt:
	$(RUN) cargo fmt --all

wheel: ## the Python wheel and sdist, into target/wheels
	$(RUN) python/wheel

fuzz: ## the fuzz targets, SECONDS=60 each
	fuzz/run $(or $(SECONDS),60)

torture: ## every system call of a close fails; needs strace
	$(RUN) tests/torture/run

coverage: ## which lines and branches of the core the tests reach, with a table; needs the network once
	$(RUN) scripts/coverage

mutants: ## the code that decides is changed place by place, and the tests must notice; takes hours, needs the network once
	$(RUN) scripts/mutants

install: ## the C and C++ interface and the command, into PREFIX=/usr/local LIBDIR=lib DESTDIR=
	$(RUN) cargo build --release --locked -p chexiao-ffi
	$(RUN) cargo build --release --locked -p chexiao-cli
	$(RUN) packaging/install
