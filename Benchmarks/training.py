"""Training steps, and a head trained on photos: camreport and its peers, each in a process of its own, in turn."""

import json
import statistics
import sys

import process
import training_head
import training_peer
from table import Row
from turns import in_turn
from work import MODELS

RUNS = {1: 6, 8: 2}
TITLES = {"vgg16-cam": "VGG16-CAM", "efficientnet-lite0": "EfficientNet-Lite0"}
# By model and batch, the ratio to the fastest peer that camreport has to stay under, and the one it aims for.
LIMITS = {("vgg16-cam", 1): (0.6, 0.4), ("vgg16-cam", 8): (0.6, 0.4), ("efficientnet-lite0", 1): (0.4, 0.3),
          ("efficientnet-lite0", 8): (0.8, 0.55)}
# Megabytes.
VGG_MEMORY = (700, 450)


def time_camreport(work, model, batch):
    command = [work.camreport, "bench", "--model", model, *work.weights_option(model), "--threads", work.threads,
               "--runs", RUNS[batch], "--training", batch, "--json"]
    run = process.run(command)
    return {"milliseconds": json.loads(run.output)["step_samples"], "megabytes": run.peak_megabytes}


def time_peer(work, name, model, batch):
    python = work.notebook_python if name == "TensorFlow" else sys.executable
    run = process.run([python, training_peer.__file__, name, model, batch, work.threads, RUNS[batch], work.vgg_weights])
    return {"milliseconds": json.loads(run.output.splitlines()[-1])["milliseconds"], "megabytes": run.peak_megabytes}


def measure(work, record):
    rows = []
    for model in MODELS:
        for batch in RUNS:
            rows += measure_steps(work, model, batch, record)
    return rows + training_head.measure(work, record)


def measure_steps(work, model, batch, record):
    title = f"{TITLES[model]}, a training step, batch {batch}"
    print(f"{title}: {work.rounds} rounds of {RUNS[batch]} steps", file=sys.stderr)
    programs = {"camreport": lambda: time_camreport(work, model, batch)}
    for name in training_peer.FRAMEWORKS:
        programs[name] = lambda name=name: time_peer(work, name, model, batch)
    skipped = {}
    results = in_turn(programs, work.rounds, skipped)
    medians = {name: statistics.median(sample for run in runs for sample in run["milliseconds"])
               for name, runs in results.items()}
    memory = {name: max(run["megabytes"] for run in runs) for name, runs in results.items()}
    record[f"training {model} {batch}"] = {"medians": medians, "megabytes": memory, "skipped": skipped, "runs": results}

    rows = [Row(title, name, medians["camreport"], medians[name], note=f"{memory[name]:.0f} MB")
            for name in training_peer.FRAMEWORKS if name in medians]
    rows += [Row(title, name, skipped=reason) for name, reason in skipped.items()]
    peers = [name for name in medians if name != "camreport"]
    if peers:
        best = min(peers, key=medians.get)
        limit, aim = LIMITS[model, batch]
        rows.append(Row(title, f"the fastest: {best}", medians["camreport"], medians[best], limit=limit, aim=aim))
    if model == "vgg16-cam":
        rows.append(Row(f"{title}: peak memory", "", memory["camreport"], unit="MB", ratio=memory["camreport"],
                        limit=VGG_MEMORY[0], aim=VGG_MEMORY[1]))
    return rows
