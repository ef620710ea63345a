"""Many photos in one command, each with its report, beside as many bare forward passes of the fastest peer."""

import itertools
import os
import shutil
import statistics
import sys

import numpy as np
from PIL import Image, ImageOps

import forward
import process
from table import Row
from turns import in_turn
from work import ROOT

COUNTS = [50, 200]
LIMITS = (3, 1.5)
TURNS_PER_ROUND = 3
MODEL = "efficientnet-lite0"


def make(folder, count):
    """`count` JPEGs, no two alike, from 451 × 300 to 600 × 400: the examples turned, mirrored and cropped."""
    originals = [Image.open(f"{ROOT}/Examples/{name}.jpg").convert("RGB") for name in ["cat", "coffee"]]
    random = np.random.default_rng(2016)
    for index in range(count):
        photo = originals[index % 2]
        if random.random() < 0.5:
            photo = ImageOps.mirror(photo)
        photo = photo.rotate(random.uniform(-15, 15), Image.Resampling.BILINEAR, expand=False)
        width, height = photo.size
        left, top = random.uniform(0, 0.2) * width, random.uniform(0, 0.2) * height
        box = (left, top, left + 0.8 * width, top + 0.8 * height)
        scale = random.uniform(0, 1)
        size = (round(451 + 149 * scale), round(300 + 100 * scale))
        photo.resize(size, Image.Resampling.BICUBIC, box=box).save(f"{folder}/{index:03}.jpg", quality=90)


def measure(work, record):
    folder = f"{work.folder}/photos"
    if not os.path.exists(f"{folder}/{COUNTS[-1] - 1:03}.jpg"):
        make(work.fresh_folder("photos"), COUNTS[-1])
    peer, model_folder = forward.fastest_peer(work, MODEL, record)
    photos = [f"{folder}/{index:03}.jpg" for index in range(COUNTS[-1])]

    # A new folder each time, and the last one's files emptied, not deleted: ext4 passes over the inodes of files deleted in the
    # last minutes one by one whenever it makes a file. Left as they are they would take memory that a virtual machine's host
    # must first give, 8 µs a page, and be written to the disk while a peer runs.
    reports = work.fresh_folder("photos-out")
    numbers = itertools.count()

    def camreport(count):
        folder = f"{reports}/{next(numbers)}"
        run = process.run([work.camreport, *photos[:count], "--model", MODEL, "--html", folder])
        for path, _, names in os.walk(folder):
            for name in names:
                os.truncate(f"{path}/{name}", 0)
        os.sync()
        return run

    programs = {f"camreport, {count} photos": lambda count=count: camreport(count) for count in COUNTS}
    if peer:
        programs[peer] = lambda: forward.time_peer(work, model_folder, peer, COUNTS[-1])
    turns = TURNS_PER_ROUND * work.rounds
    print(f"{COUNTS[-1]} photos: {turns} of each", file=sys.stderr)
    skipped = {}
    results = in_turn(programs, turns, skipped)
    shutil.rmtree(reports)

    few, many = (results[f"camreport, {count} photos"] for count in COUNTS)
    own = statistics.median(run.seconds for run in many) * 1e3 / COUNTS[-1]
    peaks = [statistics.median(run.peak_megabytes for run in runs) for runs in (few, many)]
    what = f"{COUNTS[-1]} photos, EfficientNet-Lite0, wall of each"
    passes = f"forward passes alone, {peer}"
    record["photos"] = {"milliseconds_each": own, "peak_megabytes": dict(zip(COUNTS, peaks)), "peer": peer,
                        "skipped": skipped, "runs": {
                            count: [[run.seconds, run.peak_megabytes] for run in runs]
                            for count, runs in zip(COUNTS, (few, many))}}
    if peer in results:
        each = [sum(run["milliseconds"]) / COUNTS[-1] for run in results[peer]]
        theirs = statistics.median(each)
        record["photos"] |= {"peer_milliseconds_each": theirs, "peer_runs": each}
        rows = [Row(what, passes, own, theirs, limit=LIMITS[0], aim=LIMITS[1])]
    else:
        rows = [Row(what, passes if peer else "forward passes alone", own, skipped=skipped.get(peer, "no peer runs"))]
    rows.append(Row(f"peak memory at {COUNTS[1]} photos", f"camreport at {COUNTS[0]}", peaks[1], peaks[0], "MB",
                    note="1 is flat"))
    return rows
