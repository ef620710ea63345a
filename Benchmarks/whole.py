"""The whole program, from the start of the process to the written report, beside what people do today: a PyTorch
script, and the notebook run by papermill and turned into a page by nbconvert.
"""

import json
import os
import re
import statistics
import sys

import notebook
import process
from table import Row
from turns import in_turn
from work import HERE, PHOTO, ROOT

TURNS_PER_ROUND = 3
WHAT = "whole process, VGG16-CAM"
MEMORY = "peak memory of the same"
SCRIPT = "PyTorch script"
NOTEBOOK = "papermill + nbconvert"
LIMITS = {SCRIPT: (0.12, 0.07), NOTEBOOK: (1 / 30, 1 / 60)}
MEMORY_LIMITS = (350, 250)


def measure(work, names, record):
    weights = work.vgg_weights

    best = []

    def camreport():
        folder = work.fresh_folder("whole")
        run = process.run([work.camreport, PHOTO, "--weights", weights, "--html", f"{folder}/out"])
        with open(f"{folder}/out/run.json") as file:
            best[:] = [prediction["index"] for prediction in json.load(file)["predictions"][:2]]
        return run

    def script():
        run = process.run([sys.executable, f"{HERE}/torch_script.py", PHOTO, weights, work.fresh_folder("whole")])
        same_classes([int(line.split()[1]) for line in run.output.splitlines()], best)
        return run

    def papermill():
        if not os.path.exists(work.notebook_python):
            raise process.Failed("papermill, nbconvert and TensorFlow are not installed")
        folder = work.fresh_folder("whole")
        notebook.write(f"{folder}/walk.ipynb", {
            "photo": PHOTO, "weights_file": weights,
            "class_names_file": f"{ROOT}/Sources/EmbeddedModel/imagenet-class-names.json"})
        # One process for both, as a shell's `papermill … && jupyter nbconvert …`.
        run = process.run(["sh", "-ec", """
            "$0" -m papermill --no-progress-bar -k python3 "$1/walk.ipynb" "$1/ran.ipynb"
            "$0" -m nbconvert --to html "$1/ran.ipynb"
            """, work.notebook_python, folder], TF_CPP_MIN_LOG_LEVEL="2")
        # It prints the best classes a line each: index, name, logit.
        found = re.findall(r"^(\d+) .* -?[\d.]+$", notebook.printed(f"{folder}/ran.ipynb"), flags=re.MULTILINE)
        same_classes([int(index) for index in found[:2]], best)
        return run

    programs = {"camreport": camreport, SCRIPT: script, NOTEBOOK: papermill}
    programs = {name: run for name, run in programs.items() if name in ["camreport", *names]}
    turns = TURNS_PER_ROUND * work.rounds
    print(f"Whole processes: {turns} of each", file=sys.stderr)
    skipped = {}
    runs = in_turn(programs, turns, skipped)
    seconds = {name: statistics.median(run.seconds for run in runs[name]) for name in runs}
    peaks = {name: statistics.median(run.peak_megabytes for run in runs[name]) for name in runs}
    record["whole process"] = {"seconds": seconds, "peak_megabytes": peaks, "skipped": skipped, "runs": {
        name: [[run.seconds, run.peak_megabytes] for run in runs[name]] for name in runs}}

    rows = []
    for name in names:
        if name in skipped:
            rows.append(Row(WHAT, name, skipped=skipped[name]))
            continue
        rows.append(Row(WHAT, name, seconds["camreport"], seconds[name], "s", limit=LIMITS[name][0],
                        aim=LIMITS[name][1]))
        rows.append(Row(MEMORY, name, peaks["camreport"], peaks[name], "MB"))
    rows.append(Row(MEMORY, "", peaks["camreport"], unit="MB", ratio=peaks["camreport"], limit=MEMORY_LIMITS[0],
                    aim=MEMORY_LIMITS[1]))
    return rows


def same_classes(found, expected):
    if found != expected:
        raise process.Failed(f"sees the classes {found}, camreport {expected}")
