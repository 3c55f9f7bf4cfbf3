"""Makes the test sets' references: values to which two runs of different orders, steps and bits agree.

Where the flow is not stiff they are Taylor runs, which a Radau run with fewer digits must confirm; elsewhere both are Radau
runs. Where it can be had in the time, a proved enclosure must hold the values too. A linear system with constant coefficients
has the exponential of its matrix instead, in balls.
"""

import argparse
import json
import time
from fractions import Fraction
from pathlib import Path
from typing import Optional

from flint import arb, ctx

from .approximation import approximate
from .enclosure import System, Unknown, enclose
from .linear import solve_linear
from .problems import read_file
from .radau import integrate

SETS = Path(__file__).resolve().parents[1] / "testsets"

# Digits of a stored reference.
DIGITS = 42


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="Scripts/fuzz references", description=__doc__)
    parser.add_argument("names", nargs="*", help="problems; left out: all without a reference")
    parser.add_argument("--seconds", type=float, default=3600, help="for one run")
    parser.add_argument("--proof", type=float, default=60, help="seconds for an enclosure")
    options = parser.parse_args(arguments)
    names = options.names or [p.stem for p in sorted(SETS.glob("*.yaml")) if not p.with_suffix(".json").exists()]
    failed = 0
    for name in names:
        path, began = SETS / f"{name}.yaml", time.monotonic()
        try:
            document = reference(path, options.seconds, options.proof)
        except Unknown as reason:
            print(f"{name}: none: {reason}", flush=True)
            failed += 1
            continue
        path.with_suffix(".json").write_text(json.dumps(document, indent=1) + "\n", "ascii")
        print(f"{name}: {document['digits']} digits, {document['by']}, {time.monotonic() - began:.0f} s", flush=True)
    return 1 if failed else 0


def reference(path: Path, seconds: float, proof: float) -> dict:
    """Raises Unknown."""
    system, times = read_file(path)
    exponential = solve_linear(system, times, DIGITS + 12)
    if exponential is not None:
        return _document(system, exponential, DIGITS + 6, "the exponential of its matrix, in balls")
    try:
        values, agreed, by = _by_taylor(system, times, seconds)
    except Unknown:
        values, agreed, by = _by_radau(system, times, seconds)
    if _holds(system, times, values, agreed, proof):
        by += ", and a proved enclosure"
    return _document(system, values, min(agreed, DIGITS + 6), by)


def _document(system: System, values: list[list[arb]], digits: int, by: str) -> dict:
    ctx.prec = 600
    return {
        "digits": digits,
        "by": by,
        "names": system.names,
        "values": [[x.str(DIGITS + 8, radius=False) for x in state] for state in values],
    }


def _by_taylor(system: System, times: list[Fraction], seconds: float) -> tuple[list[list[arb]], int, str]:
    """Values, digits to which they agree, and the method.

    Raises Unknown.
    """
    states = approximate(system, times, DIGITS + 22, seconds / 2)
    ctx.prec = 600
    agreed = agreement(states, [[x + x.rad() for x in state] for state in states])
    if agreed < DIGITS:
        raise Unknown(f"two runs agree to {agreed} digits only")
    # More digits where entries come back to 0, or errors grow much.
    for digits, stages in (20, 16), (44, 20):
        confirmed = agreement(states, integrate(system, times, digits, stages, seconds / 2))
        if confirmed >= 16:
            return states, agreed, f"Taylor with two orders, and Radau IIA with {stages} stages to {confirmed} digits"
    raise Unknown(f"Radau IIA agrees to {confirmed} digits only")


def _by_radau(system: System, times: list[Fraction], seconds: float) -> tuple[list[list[arb]], int, str]:
    """As `_by_taylor`."""
    digits = DIGITS + 6
    while True:
        fine = integrate(system, times, digits + 12, 28, seconds)
        rough = integrate(system, times, digits, 20, seconds)
        agreed = agreement(fine, rough)
        if agreed >= DIGITS:
            return fine, agreed, "Radau IIA with 20 and 28 stages"
        if digits > 100:
            raise Unknown(f"two runs agree to {agreed} digits only")
        digits += max(8, DIGITS - agreed + 4)


def agreement(fine: list[list[arb]], rough: list[list[arb]]) -> int:
    """Digits after the point, relative to max(|x|, the state's largest entry / 10^20)."""
    worst = arb(10) ** -200
    for a, b in zip(fine, rough):
        size = max(abs(x) for x in a)
        for x, y in zip(a, b):
            if not x == y:
                worst = max(worst, abs(x - y) / max(abs(x), size * arb(10) ** -20))
    return int(-float(worst.log()) / 2.302585)


def _holds(system: System, times, fine: list[list[arb]], agreed: int, seconds: float) -> Optional[bool]:
    """Whether an enclosure holds the values; nothing if there is none.

    Raises Unknown if it contradicts them.
    """
    try:
        proved = enclose(system, times, min(agreed, DIGITS), seconds)
    except Unknown:
        return None
    ctx.prec = 600
    for a, b in zip(fine, proved):
        size = max(abs(x) for x in a)
        for x, y in zip(a, b):
            if not y.overlaps(x + arb(0, ((abs(x) + size * arb(10) ** -20) * arb(10) ** -agreed).upper())):
                raise Unknown(f"the enclosure {y} contradicts {x}")
    return True
