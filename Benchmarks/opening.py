"""Opening an ONNX file of 575 MB, VGG19's: how much longer `camreport layers` takes than a start that opens nothing, and its memory."""

import os
from statistics import median

import process
from table import Row
from turns import in_turn

TURNS_PER_ROUND = 5
WHAT = "opening a network of 575 MB"
LIMITS = {"ms": (5, 4), "MB": (60, 40)}
LAYERS = [64, 64, "pool", 128, 128, "pool", 256, 256, 256, 256, "pool", 512, 512, 512, 512, "pool",
          512, 512, 512, 512, "pool"]
PRODUCTS = [4096, 4096, 1000]


def measure(work, record):
    path = f"{work.folder}/vgg19.onnx"
    if not os.path.exists(path):
        with open(path + ".part", "wb") as file:
            write(file)
        os.rename(path + ".part", path)
    runs = in_turn({
        "camreport layers": lambda: process.run([work.camreport, "layers", path, "--format", "csv"]),
        "camreport --version": lambda: process.run([work.camreport, "--version"]),
    }, work.rounds * TURNS_PER_ROUND, {})
    listing, start = runs["camreport layers"], runs["camreport --version"]
    time = max(median(run.seconds for run in listing) - median(run.seconds for run in start), 0) * 1000
    memory = median(run.peak_megabytes for run in listing)
    record["opening"] = {"milliseconds": time, "megabytes": memory}
    return [
        Row(WHAT, "none", own=number, unit=unit, ratio=number, limit=LIMITS[unit][0], aim=LIMITS[unit][1])
        for number, unit in [(time, "ms"), (memory, "MB")]
    ]


def varint(number):
    out = b""
    while number >= 0x80:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def field(number, content):
    """A field of text, or of a message that is written already."""
    content = content.encode() if isinstance(content, str) else content
    return varint(number << 3 | 2) + varint(len(content)) + content


def numbers(number, values):
    return field(number, b"".join(map(varint, values)))


def node(operation, inputs, output, **attributes):
    parts = [field(1, name) for name in inputs] + [field(2, output), field(4, operation)]
    for name, values in attributes.items():
        value = numbers(8, values) + b"\xa0\x01\x07" if isinstance(values, list) else varint(3 << 3) + varint(values) + b"\xa0\x01\x02"
        parts.append(field(5, field(1, name) + value))
    return field(1, b"".join(parts))


def value(name, shape):
    extents = b"".join(field(1, varint(1 << 3) + varint(extent)) for extent in shape)
    return field(1, name) + field(2, field(1, varint(1 << 3) + varint(1) + field(2, extents)))


def write(file):
    """VGG19 with weights of zero, which take no room on the disk."""
    nodes, weights, last, channels = [], [], "input", 3
    for index, layer in enumerate(LAYERS):
        name = f"features.{index}"
        if layer == "pool":
            nodes.append(node("MaxPool", [last], name, kernel_shape=[2, 2], strides=[2, 2]))
        else:
            weights += [(f"{name}.weight", [layer, channels, 3, 3]), (f"{name}.bias", [layer])]
            nodes.append(node("Conv", [last, f"{name}.weight", f"{name}.bias"], f"{name}.sum", pads=[1, 1, 1, 1]))
            nodes.append(node("Relu", [f"{name}.sum"], name))
            channels = layer
        last = name
    nodes.append(node("Flatten", [last], "flat"))
    last, inputs = "flat", channels * 7 * 7
    for index, outputs in enumerate(PRODUCTS):
        name = f"classifier.{index}"
        weights += [(f"{name}.weight", [outputs, inputs]), (f"{name}.bias", [outputs])]
        nodes.append(node("Gemm", [last, f"{name}.weight", f"{name}.bias"], name, transB=1))
        last, inputs = name, outputs
    tensors = []
    for name, shape in weights:
        count = 4
        for extent in shape:
            count *= extent
        # The values come last, so that they are a hole behind the rest.
        head = numbers(1, shape) + varint(2 << 3) + varint(1) + field(8, name) + varint(9 << 3 | 2) + varint(count)
        tensors.append((varint(5 << 3 | 2) + varint(len(head) + count) + head, count))
    tail = field(11, value("input", [1, 3, 224, 224])) + field(12, value(last, [1, 1000]))
    size = sum(map(len, nodes)) + sum(len(head) + count for head, count in tensors) + len(tail)
    file.write(b"\x08\x08" + varint(7 << 3 | 2) + varint(size))
    file.write(b"".join(nodes))
    for head, count in tensors:
        file.write(head)
        file.seek(count, os.SEEK_CUR)
    file.write(tail + field(8, varint(2 << 3) + varint(17)))
