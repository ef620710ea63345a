"""Runs a notebook again and compares its pictures with those it holds, pixel by pixel: nbval looks at text only.

Prints the number of pictures and the largest difference of a colour; fails where a picture's size or words differ.
"""

import base64
import io
import os
import sys
import warnings

import nbformat
import numpy as np
from nbclient import NotebookClient
from PIL import Image

# What nbformat only warns of, GitHub refuses.
warnings.simplefilter("error", category=nbformat.warnings.MissingIDFieldWarning)
warnings.simplefilter("error", category=nbformat.warnings.DuplicateCellId)


def pictures(cell):
    for output in cell.get("outputs", []):
        if output.output_type == "display_data":
            png = Image.open(io.BytesIO(base64.b64decode(output.data["image/png"])))
            yield np.asarray(png.convert("RGB")).astype(int), output.metadata, output.data["text/plain"]


path = sys.argv[1]
held = nbformat.read(path, 4)
nbformat.validate(held)
again = nbformat.read(path, 4)
NotebookClient(again, resources={"metadata": {"path": os.path.dirname(path)}}).execute()
count = largest = 0
for cell, other in zip(held.cells, again.cells):
    pairs = list(zip(pictures(cell), pictures(other), strict=True))
    for (pixels, metadata, words), (new, new_metadata, new_words) in pairs:
        assert metadata == new_metadata and words == new_words, cell.id
        assert pixels.shape == new.shape, cell.id
        largest = max(largest, abs(pixels - new).max())
        count += 1
print(count, largest)
