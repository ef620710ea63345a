"""Makes a notebook of notebook_cells.py: a cell begins at a line `# %%`, one of text at `# %% [markdown]`."""

import json
import os
import re

CELLS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "notebook_cells.py")


def write(path, parameters):
    """Writes the notebook; `parameters`, by name, become its first code cell's values."""
    with open(CELLS) as file:
        pieces = re.split(r"^# %%(.*)\n", file.read(), flags=re.MULTILINE)[1:]
    cells = [cell(kind.strip(), text.strip()) for kind, text in zip(pieces[::2], pieces[1::2])]
    values = "\n".join(f"{name} = {value!r}" for name, value in parameters.items())
    cells.insert(1, cell("", values))
    with open(path, "w") as file:
        json.dump({"cells": cells, "metadata": {"kernelspec": {
            "display_name": "Python 3", "language": "python", "name": "python3"}}, "nbformat": 4, "nbformat_minor": 4},
            file, indent=1)


def cell(kind, text):
    if kind == "[markdown]":
        return {"cell_type": "markdown", "metadata": {}, "source": re.sub(r"^# ?", "", text, flags=re.MULTILINE)}
    return {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": text}


def printed(path):
    """All that a notebook's cells printed when it ran."""
    with open(path) as file:
        outputs = [output for cell in json.load(file)["cells"] for output in cell.get("outputs", [])]
    return "".join("".join(output["text"]) for output in outputs if output["output_type"] == "stream")
