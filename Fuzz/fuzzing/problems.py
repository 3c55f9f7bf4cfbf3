"""Problem files of systems, read without the project's code."""

from fractions import Fraction
from itertools import product
from pathlib import Path

import yaml

from .enclosure import System
from .expressions import constant_value, parse


def read(text: str) -> tuple[System, list[Fraction]]:
    """The system of a file with the key `system`, and its times."""
    # All values as texts: numbers are exact.
    document = yaml.load(text, Loader=yaml.BaseLoader)
    names, sides, starts = [], [], []
    for key, entry in document["system"].items():
        family, _, places = key.rstrip("]").partition("[")
        letters = [letter.strip() for letter in places.split(",")] if places else []
        ranges = [range(int(low), int(high) + 1) for low, high in (entry["for"][letter] for letter in letters)]
        for values in product(*ranges):
            indices = dict(zip(letters, values))
            names.append(f"{family}[{','.join(map(str, values))}]" if letters else family)
            sides.append(parse(entry["derivative"], indices))
            start = constant_value(parse(entry["initial"], indices))
            assert start is not None, entry["initial"]
            starts.append(start)
    return System(names, sides, starts), [_exact(x) for x in document["times"]]


def _exact(text: str) -> Fraction:
    value = constant_value(parse(text))
    assert value is not None
    return value


def read_file(path: Path) -> tuple[System, list[Fraction]]:
    return read(path.read_text("utf-8"))
