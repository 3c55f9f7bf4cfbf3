"""One run of the command and what must come of it."""

import json
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Callable, Optional

from flint import arb, ctx

from .enclosure import System

# The numbers of one sample by field ("variables.x", "outputs"), in the order of the command's JSON.
Values = dict[str, list[arb]]

# The samples' values, within so many seconds; raises Unknown.
Reference = Callable[[float], list[Values]]

# States of a system at times, to so many digits, within so many seconds.
Integration = Callable[[System, list[Fraction], int, float], list[list[arb]]]


@dataclass
class Case:
    family: str
    text: bytes
    # Subcommand and options; the file comes in between.
    arguments: list[str]
    digits: int = 20
    reference: Optional[Reference] = None
    # A proved one, slow, for what contradicts a reference that is not.
    proof: Optional[Reference] = None
    # Of verify: whether the prediction is "right" or "wrong"; of files that must be refused: "malformed"; of files that
    # may be either: "mutated".
    expected: str = "solved"
    # Whether the solution is known to go on past the last time; None: not known.
    goes_on: Optional[bool] = None
    # What a kept case was a failure of.
    about: str = ""
    # Values that a kept case brings along.
    kept: Optional[list[Values]] = field(default=None, repr=False)

    def values(self, seconds: float) -> Optional[list[Values]]:
        """Raises Unknown."""
        if self.kept is None and self.reference is not None:
            self.kept = self.reference(seconds)
        return self.kept

    def save(self, folder: Path, name: str) -> Path:
        """Writes the file and, beside it, what is expected."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name}.yaml"
        path.write_bytes(self.text)
        document = {
            "about": self.about,
            "family": self.family,
            "arguments": self.arguments,
            "digits": self.digits,
            "expected": self.expected,
            "goesOn": self.goes_on,
            "values": self.kept and [{key: list(map(_text, row)) for key, row in v.items()} for v in self.kept],
        }
        path.with_suffix(".json").write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", "utf-8")
        return path


def load(path: Path) -> Case:
    """A case that was saved, by the path of its problem file."""
    document = json.loads(path.with_suffix(".json").read_text("utf-8"))
    kept = document["values"]
    before, ctx.prec = ctx.prec, 4000
    try:
        values = kept and [{key: [arb(text) for text in row] for key, row in sample.items()} for sample in kept]
    finally:
        ctx.prec = before
    return Case(
        document["family"], path.read_bytes(), document["arguments"], document["digits"],
        expected=document["expected"], goes_on=document["goesOn"], about=document["about"], kept=values,
    )


def _text(value: arb) -> str:
    return value.str(90, more=True)


def times_text(times: list[Fraction]) -> str:
    return "[" + ", ".join(map(str, times)) + "]"
