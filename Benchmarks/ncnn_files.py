"""Writes model.ncnn.param and model.ncnn.bin, which ncnn reads, of a network in another format."""

import os
import subprocess


def write(folder, model, *arguments):
    """Converts the file `model` of `folder`; ImportError where pnnx, which does it, is missing."""
    import pnnx

    before = set(os.listdir(folder))
    # fp16=0: the weights stay float32, as everyone else's.
    subprocess.run([pnnx.EXEC_PATH, model, *arguments, "fp16=0"], cwd=folder, check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    # What pnnx leaves beside the two files is as large as the weights.
    for file in set(os.listdir(folder)) - before - {"model.ncnn.param", "model.ncnn.bin"}:
        os.remove(f"{folder}/{file}")
