"""A head trained on the 123 photos of Debian's gcompris-qt-data: the whole process, its cache of features empty."""

import io
import json
import os
import shutil
import statistics
import struct
import sys
import time
import zlib

from PIL import Image

import process
from table import Row
from turns import in_turn

PHOTOS = "/usr/share/gcompris-qt/rcc/categorization.rcc"
CLASSES = ("fishes", "monuments", "renewable", "tools")
# To camreport's own forward passes and decoding of the same photos, and to a PyTorch script that does the same.
OWN_LIMITS = (1.3, 1.1)
PEER_LIMITS = (0.2, 0.1)
SCRIPT = f"{os.path.dirname(os.path.abspath(__file__))}/torch_head.py"


def measure(work, record):
    title = "the head trained on 123 photos, whole process"
    if not os.path.exists(PHOTOS):
        return [Row(title, "", skipped="the package gcompris-qt-data is not installed")]
    data = work.fresh_folder("head")
    count = write_photos(f"{data}/photos")
    print(f"{title}: {work.rounds} rounds", file=sys.stderr)

    def finetune():
        for path in [f"{data}/mine.safetensors", f"{data}/cache"]:
            if os.path.isdir(path):
                shutil.rmtree(path)
            elif os.path.exists(path):
                os.remove(path)
        command = [work.camreport, "finetune", f"{data}/photos", "--out", f"{data}/mine.safetensors", "--epochs", 60]
        return process.run(command, XDG_CACHE_HOME=f"{data}/cache").seconds

    def passes():
        """What the same photos' decoding and forward passes take. The fifth that is kept back is read twice: for its maps."""
        command = [work.camreport, "bench", "--model", "efficientnet-lite0", "--threads", work.threads, "--json"]
        forward = json.loads(process.run(command).output)["forward_milliseconds"] / 1e3
        return (count * forward + decoding(f"{data}/photos") / work.threads) * 1.2

    programs = {
        "camreport": finetune,
        "camreport's passes": passes,
        "PyTorch": lambda: process.run(
            [sys.executable, SCRIPT, f"{data}/photos", f"{data}/head.pt", work.threads]).seconds,
    }
    skipped = {}
    results = in_turn(programs, work.rounds, skipped)
    medians = {name: statistics.median(runs) for name, runs in results.items()}
    record["training head"] = {"photos": count, "medians": medians, "skipped": skipped}
    rows = [Row(title, "its forward passes, Pillow's decoding", medians["camreport"], medians["camreport's passes"],
                unit="s", limit=OWN_LIMITS[0], aim=OWN_LIMITS[1])]
    if "PyTorch" in medians:
        rows.append(Row(title, "PyTorch script", medians["camreport"], medians["PyTorch"], unit="s", limit=PEER_LIMITS[0],
                        aim=PEER_LIMITS[1]))
    return rows + [Row(title, name, skipped=reason) for name, reason in skipped.items()]


def decoding(folder):
    """How long Pillow takes, on one core, to read all photos and bring them to the network's size."""
    start = time.perf_counter()
    for path, _, names in os.walk(folder):
        for name in names:
            Image.open(f"{path}/{name}").convert("RGB").resize((224, 224), Image.Resampling.BICUBIC)
    return time.perf_counter() - start


def write_photos(folder):
    count = 0
    for path, contents in sorted(resources(PHOTOS)):
        parts = path.split("/")
        if parts[-2:-1] and parts[-2] in CLASSES and path.endswith(".webp"):
            os.makedirs(f"{folder}/{parts[-2]}", exist_ok=True)
            image = Image.open(io.BytesIO(contents)).convert("RGB")
            image.save(f"{folder}/{parts[-2]}/{parts[-1][:-5]}.png")
            count += 1
    return count


def resources(path):
    """The entries of one of Qt's resource files, a tree of names: paths and bytes."""
    with open(path, "rb") as file:
        data = file.read()
    version, tree, values, names = struct.unpack(">IIII", data[4:20])
    size = 22 if version >= 2 else 14

    def walk(index, prefix):
        entry = tree + index * size
        offset, flags = struct.unpack(">IH", data[entry:entry + 6])
        if index:
            length, = struct.unpack(">H", data[names + offset:names + offset + 2])
            prefix += "/" + data[names + offset + 6:names + offset + 6 + 2 * length].decode("utf-16-be")
        if flags & 2:
            count, first = struct.unpack(">II", data[entry + 6:entry + 14])
            for child in range(first, first + count):
                yield from walk(child, prefix)
        else:
            offset, = struct.unpack(">I", data[entry + 10:entry + 14])
            length, = struct.unpack(">I", data[values + offset:values + offset + 4])
            contents = data[values + offset + 4:values + offset + 4 + length]
            yield prefix, zlib.decompress(contents[4:]) if flags & 1 else contents
    return walk(0, "")
