"""One forward pass, batch 1, float32, weights prepared: camreport and its peers, each in a process of its own.

A process of its own, because the threads of one program that wait for work would otherwise take the cores from the
next. Each round starts every program once, in turn: it loads the network, warms up, and times its runs.
"""

import json
import statistics
import sys

import numpy as np

import peer
import process
from table import Row
from turns import in_turn

RUNS = 5
TITLES = {"vgg16-cam": "VGG16-CAM forward", "efficientnet-lite0": "EfficientNet-Lite0 forward"}
# The ratio camreport has to stay under, and the one it aims for.
VGG_LIMITS = {"ncnn": (0.9, 0.5), "ONNX Runtime": (0.6, 0.35)}
EFFICIENTNET_LIMITS = (1.1, 0.8)
EFFICIENTNET_PEERS = ["ONNX Runtime", "OpenVINO", "ncnn"]
# Float32 sums in another order, and Winograd's transforms, differ by about 1e-6.
SAME = 1e-3


def time_camreport(work, model, runs):
    command = [work.camreport, "bench", "--model", model, *work.weights_option(model), "--threads", work.threads,
               "--runs", runs, "--json"]
    return {"milliseconds": json.loads(process.run(command).output)["forward_samples"]}


def time_peer(work, folder, name, runs):
    """The times of the runs in milliseconds, and how far the logits are from camreport's, relative, in the 2-norm."""
    logits = f"{work.folder}/peer-logits.npy"
    command = [sys.executable, peer.__file__, name, folder, f"{folder}/input.npy", work.threads, runs, logits]
    samples = json.loads(process.run(command).output.splitlines()[-1])["milliseconds"]
    expected = np.load(f"{folder}/logits.npy").ravel()
    distance = np.linalg.norm(np.load(logits).ravel() - expected) / np.linalg.norm(expected)
    if not distance < SAME:
        raise process.Failed(f"computes something else: its logits are {distance:.1e} away from camreport's")
    return {"milliseconds": samples, "distance": float(distance)}


def measure(work, model, record):
    folder = work.model(model)
    print(f"{TITLES[model]}: {work.rounds} rounds of {RUNS} runs", file=sys.stderr)
    programs = {"camreport": lambda: time_camreport(work, model, RUNS)}
    for name in peer.RUNTIMES:
        programs[name] = lambda name=name: time_peer(work, folder, name, RUNS)
    skipped = {}
    results = in_turn(programs, work.rounds, skipped)
    medians = {name: statistics.median(sample for run in runs for sample in run["milliseconds"])
               for name, runs in results.items()}
    record[f"forward {model}"] = {"medians": medians, "skipped": skipped, "runs": results}

    rows = []
    for name in peer.RUNTIMES:
        if name in skipped:
            rows.append(Row(TITLES[model], name, skipped=skipped[name]))
            continue
        limit, aim = VGG_LIMITS.get(name, (None, None)) if model == "vgg16-cam" else (None, None)
        distance = max(run["distance"] for run in results[name])
        rows.append(Row(TITLES[model], name, medians["camreport"], medians[name], limit=limit, aim=aim,
                        note=f"logits within {distance:.0e}"))
    if model == "efficientnet-lite0":
        found = [name for name in EFFICIENTNET_PEERS if name in medians]
        if found:
            best = min(found, key=medians.get)
            rows.append(Row(TITLES[model], f"the fastest of {', '.join(found)}: {best}", medians["camreport"],
                            medians[best], limit=EFFICIENTNET_LIMITS[0], aim=EFFICIENTNET_LIMITS[1]))
    return rows


def fastest_peer(work, model, record):
    """The name of the fastest peer and its model's folder; measured briefly if that has not been done."""
    done = record.get(f"forward {model}")
    folder = f"{work.folder}/{model}"
    if done is None:
        folder = work.model(model)
        skipped = {}
        programs = {name: lambda name=name: time_peer(work, folder, name, RUNS) for name in peer.RUNTIMES}
        # A process may be slow for as long as it lives: each peer has three, and the fastest stands for it.
        results = in_turn(programs, 3, skipped)
        medians = {name: min(statistics.median(run["milliseconds"]) for run in runs) for name, runs in results.items()}
    else:
        medians = {name: median for name, median in done["medians"].items() if name != "camreport"}
    return (min(medians, key=medians.get) if medians else None), folder
