#!/bin/bash
# Says what is wrong with a binary that is to be given to others: check-binary.sh BINARY BUILD-FOLDER
set -euo pipefail
binary=$1 folder=$2
fail() { echo "$binary: $1" >&2; exit 1; }

program=$(readelf --wide --program-headers "$binary")
dynamic=$(readelf --wide --dynamic "$binary")
grep -q GNU_RELRO <<<"$program" || fail "has no RELRO"
grep -Eq 'BIND_NOW|Flags:.*NOW' <<<"$dynamic" || fail "its RELRO is partial: symbols are not all bound at its start"
grep -q 'DYN ' <<<"$(readelf --file-header "$binary")" || fail "lies at the same addresses in every run"
if grep -E 'RPATH|RUNPATH' <<<"$dynamic"; then fail "looks for libraries in folders of its own"; fi
if grep -E 'NEEDED.*(swift|Foundation)' <<<"$dynamic"; then fail "needs the Swift runtime"; fi
if LC_ALL=C grep -qaF "$folder" "$binary"; then fail "says where it was built"; fi
