"""Measures programs in turn, A B C A B C: what slows the machine for a while slows them all alike."""

import sys

import process


def in_turn(programs, turns, skipped):
    """Calls each of `programs`, functions by name, once a turn; returns what they returned, a list by name.

    A peer that fails is left out from then on, with its reason in `skipped`. camreport may not fail.
    """
    results = {name: [] for name in programs}
    for turn in range(turns):
        for name, program in programs.items():
            if name in skipped:
                continue
            print(f"\r\033[K  {turn + 1}/{turns} {name}", end="", file=sys.stderr, flush=True)
            try:
                results[name].append(program())
            except process.Failed as failure:
                if name.startswith("camreport"):
                    raise
                skipped[name] = str(failure)
                results.pop(name)
    print("\r\033[K", end="", file=sys.stderr, flush=True)
    return results
