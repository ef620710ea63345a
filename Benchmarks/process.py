"""Runs a program as a process of its own and says how long it took and how much memory it held at most.

Run as a script, this file starts the program: from a small process, because Linux counts the memory of whoever starts a
program towards the program's own peak, and the benchmark itself holds arrays.
"""

import dataclasses
import json
import os
import subprocess
import sys
import tempfile
import time


@dataclasses.dataclass
class Run:
    seconds: float
    """From the start of the process to its end."""
    peak_megabytes: float
    """The largest resident set of the process or of any it started and waited for; they are not added up."""
    output: str


# Of each run: its wall time, and the processor time that the rest of the machine used meanwhile.
elsewhere = []


def cores_used_elsewhere():
    """How many cores other programs kept busy, on average, while something was measured."""
    wall = sum(seconds for seconds, _ in elsewhere)
    return sum(used for _, used in elsewhere) / wall if wall else 0


class Failed(Exception):
    """The program ended with an error; the message is the last line it wrote."""


def run(command, **environment):
    """Runs the command, a list, to its end."""
    with tempfile.NamedTemporaryFile("r", suffix=".json") as report:
        starter = [sys.executable, "-I", "-S", os.path.abspath(__file__), report.name, *map(str, command)]
        done = subprocess.run(starter, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace",
                              env={**os.environ, **environment})
        if done.returncode:
            lines = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
            raise Failed(lines[-1].strip() if lines else f"exit code {done.returncode}")
        measured = json.load(report)
    elsewhere.append((measured["seconds"], measured["elsewhere"]))
    return Run(measured["seconds"], measured["kilobytes"] * 1024 / 1e6, done.stdout)


def busy_seconds():
    """The processor time that the whole machine has used, idling and waiting left out."""
    with open("/proc/stat") as file:
        user, nice, system, _, _, interrupts, soft, stolen = map(int, file.readline().split()[1:9])
    return (user + nice + system + interrupts + soft + stolen) / os.sysconf("SC_CLK_TCK")


def start(report, command):
    before = busy_seconds()
    began = time.perf_counter()
    child = os.posix_spawnp(command[0], command, os.environ)
    # wait4 counts the child together with the children it has itself waited for.
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - began
    elsewhere = max(0, busy_seconds() - before - usage.ru_utime - usage.ru_stime)
    with open(report, "w") as file:
        json.dump({"seconds": seconds, "kilobytes": usage.ru_maxrss, "elsewhere": elsewhere}, file)
    # A program that a signal ended is a failure too: as a shell does, 128 and its number.
    code = os.waitstatus_to_exitcode(status)
    sys.exit(code if code >= 0 else 128 - code)


if __name__ == "__main__":
    start(sys.argv[1], sys.argv[2:])
