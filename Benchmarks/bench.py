"""camreport beside its peers, on this machine: prints a table and writes results.json. Run by `make bench`."""

import argparse
import datetime
import importlib.metadata
import json
import os
import platform
import sys

import forward
import networks_in_files
import opening
import photos
import process
import table
import training
import whole
from work import MODELS, Work

PARTS = ["forward", "whole", "notebook", "photos", "training", "opening", "networks"]
PACKAGES = ["ncnn", "onnxruntime", "openvino", "torch"]


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--camreport", required=True)
    options.add_argument("--work", required=True, help="the folder for the benchmark's own files")
    options.add_argument("--notebook-python", required=True, help="the Python that has papermill and TensorFlow")
    options.add_argument("--networks", default="", help="a folder of ONNX files that read (1, 3, 224, 224)")
    options.add_argument("--rounds", type=int, default=5,
                         help="a round is 5 forward runs of each program, 3 whole processes of each, 200 photos 3 times")
    options.add_argument("parts", nargs="*", choices=[[], *PARTS], metavar="part", help=", ".join(PARTS))
    options = options.parse_args()
    parts = options.parts or PARTS
    os.makedirs(options.work, exist_ok=True)
    work = Work(os.path.abspath(options.camreport), os.path.abspath(options.work),
                os.path.abspath(options.notebook_python), options.rounds)

    record = {"date": datetime.datetime.now().astimezone().isoformat(timespec="seconds"), "cpu": cpu(),
              "threads": work.threads, "rounds": work.rounds, "versions": versions()}
    rows = []
    if "forward" in parts:
        for model in MODELS:
            rows += forward.measure(work, model, record)
    peers = [name for part, name in [("whole", whole.SCRIPT), ("notebook", whole.NOTEBOOK)] if part in parts]
    if peers:
        rows += whole.measure(work, peers, record)
    if "photos" in parts:
        rows += photos.measure(work, record)
    if "training" in parts:
        rows += training.measure(work, record)
    if "networks" in parts:
        rows += networks_in_files.measure(work, options.networks, record)
    if "opening" in parts:
        rows += opening.measure(work, record)

    record["cores_used_elsewhere"] = elsewhere = process.cores_used_elsewhere()
    record["rows"] = [{**vars(row), "verdict": row.verdict} for row in rows]
    with open(f"{work.folder}/results.json", "w") as file:
        json.dump(record, file, indent=2)
    print(f"\n{record['cpu']}, {work.threads} threads, {work.rounds} rounds; "
          + ", ".join(f"{name} {version}" for name, version in record["versions"].items()) + "\n")
    print(table.markdown(rows))
    if elsewhere > 0.1:
        # Threads that spin while they wait for one another lose most when a core is taken away: it flatters camreport.
        print(f"\nNOT TO BE TRUSTED: other programs kept {elsewhere:.1f} of the cores busy meanwhile. That slows some "
              "programs many times more than others, and the ratios with them.")


def cpu():
    with open("/proc/cpuinfo") as file:
        names = [line.split(":")[1].strip() for line in file if line.startswith("model name")]
    return names[0] if names else platform.machine()


def versions():
    found = {}
    for package in PACKAGES:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            pass
    return found


main()
