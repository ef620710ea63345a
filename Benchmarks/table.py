"""The rows of the result, and their table in Markdown."""

import dataclasses


@dataclasses.dataclass
class Row:
    what: str
    peer: str
    own: float | None = None
    theirs: float | None = None
    unit: str = "ms"
    ratio: float | None = None
    """What the limits are for: camreport's number by the peer's, or camreport's own where there is no peer's."""
    limit: float | None = None
    """At least this has to be reached: the ratio is no higher."""
    aim: float | None = None
    skipped: str | None = None
    note: str = ""

    def __post_init__(self):
        if self.ratio is None and self.own is not None and self.theirs:
            self.ratio = self.own / self.theirs

    @property
    def verdict(self):
        if self.skipped:
            return f"skipped: {self.skipped}"
        if self.limit is None or self.ratio is None:
            return self.note
        verdict = "aim reached" if self.ratio <= self.aim else "kept" if self.ratio <= self.limit else "**missed**"
        return f"{verdict}; {self.note}" if self.note else verdict

    def cells(self):
        # A limit of a number without a peer's beside it has that number's unit.
        limits = self.unit if self.theirs is None else ""
        return [self.what, self.peer, value(self.own, self.unit), value(self.theirs, self.unit),
                value(self.ratio) if self.theirs is not None else "", bound(self.limit, limits),
                bound(self.aim, limits), self.verdict]


def value(number, unit=""):
    if number is None:
        return ""
    digits = 0 if number >= 1000 else 1 if number >= 100 else 2 if number >= 0.1 else 3
    return f"{number:.{digits}f} {unit}".strip()


def bound(number, unit=""):
    if number is None:
        return ""
    text = f"1/{1 / number:.0f}" if number < 0.05 else f"{number:.3g}"
    return f"≤ {text} {unit}".strip()


def markdown(rows):
    table = [["what", "peer", "camreport", "peer's", "ratio", "at least", "aim", ""], *(row.cells() for row in rows)]
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |" for row in table]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)
