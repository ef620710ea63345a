"""Forward passes of networks in ONNX files: camreport and the runtimes that read such files, each in a process of its own, in turn."""

import glob
import json
import os
import statistics
import subprocess
import sys

import numpy as np

import forward
import ncnn_files
import process
from table import Row
from turns import in_turn
from work import PHOTO, saved

RUNS = 7
PEERS = ["ONNX Runtime", "OpenVINO", "ncnn"]
# The ratio to the fastest peer that a network has to stay under, and the one that the median of all aims for.
LIMITS = (1.5, 1.0)


def measure(work, networks, record):
    files = sorted(glob.glob(f"{networks}/*.onnx")) if networks else []
    if not files:
        return [Row("networks in ONNX files", "", skipped="NETWORKS names no folder that has some")]
    rows = [measure_file(work, file, record) for file in files]
    ratios = [row.ratio for row in rows if row.ratio is not None]
    if ratios:
        median = statistics.median(ratios)
        rows.append(Row("the median of these", "the fastest peer of each", median, unit="", ratio=median, limit=1.0, aim=1.0))
    return rows


def measure_file(work, file, record):
    name = os.path.splitext(os.path.basename(file))[0]
    print(f"{name}: {work.rounds} rounds of {RUNS} runs", file=sys.stderr)
    folder = work.fresh_folder("network")
    os.symlink(os.path.abspath(file), f"{folder}/model.onnx")
    process.run([work.camreport, PHOTO, "--model", file, "--html", f"{folder}/out", "--save-tensors", f"{folder}/tensors"])
    layers = json.loads(process.run([work.camreport, "layers", file, "--format", "json"]).output)["layers"]
    image = saved(f"{folder}/tensors", layers[0]["name"])
    np.save(f"{folder}/input.npy", image)
    np.save(f"{folder}/logits.npy", saved(f"{folder}/tensors", layers[-1]["name"]))
    skipped = {}
    try:
        ncnn_files.write(folder, "model.onnx")
    except (ImportError, subprocess.CalledProcessError) as error:
        skipped["ncnn"] = f"pnnx does not convert it: {error}"

    def camreport():
        command = [work.camreport, "bench", "--model", file, "--threads", work.threads, "--runs", RUNS, "--json"]
        return {"milliseconds": json.loads(process.run(command).output)["forward_samples"]}

    programs = {"camreport": camreport}
    for peer in [peer for peer in PEERS if peer not in skipped]:
        programs[peer] = lambda peer=peer: forward.time_peer(work, folder, peer, RUNS)
    results = in_turn(programs, work.rounds, skipped)
    medians = {program: statistics.median(sample for run in runs for sample in run["milliseconds"])
               for program, runs in results.items()}
    record[f"network {name}"] = {"medians": medians, "skipped": skipped, "runs": results}
    found = [peer for peer in PEERS if peer in medians]
    if not found:
        return Row(f"{name} forward", "", skipped="; ".join(skipped.values()))
    best = min(found, key=medians.get)
    others = ", ".join(f"{peer} {medians[peer]:.1f} ms" for peer in found if peer != best)
    return Row(f"{name} forward", f"the fastest: {best}", medians["camreport"], medians[best], limit=LIMITS[0], aim=LIMITS[1],
               note=others)
