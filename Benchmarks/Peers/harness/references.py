"""The solution at the end that errors are measured against."""

from decimal import Decimal
from pathlib import Path
from typing import Optional

from .contender import Failure
from .fisherflow import FisherFlow
from .limits import OverLimit
from .measurement import Reference
from .problems import Case

STORED = Path(__file__).resolve().parent.parent / "references"

# Digits that a reference has beyond those that are compared.
EXTRA_DIGITS = 10


def reference(case: Case, fisherflow: FisherFlow, limit: float) -> Optional[Reference]:
    """A closed form; else values to which other integrators agree; else FisherFlow's own at more digits.

    In the last case the peers' errors show that it is right: they share nothing with it.
    """
    exact = case.problem.closed_form(case.digits + EXTRA_DIGITS)
    if exact:
        return Reference(exact, "closed form")
    stored = STORED / f"{case.problem.name}.txt"
    if stored.exists():
        digits, state = read(stored.read_text(encoding="ascii"))
        if digits >= case.digits + EXTRA_DIGITS:
            return Reference(state, "independent integrators")
    try:
        more = Case(case.problem, case.digits + EXTRA_DIGITS)
        session = fisherflow.prepare(more, limit)
        try:
            return Reference(list(map(Decimal, session.run(limit).state)), "FisherFlow with more digits")
        finally:
            session.close()
    except (OverLimit, Failure):
        return None


def read(text: str) -> tuple[int, list[Decimal]]:
    """A stored reference: comments, the number of digits after the point that are right, the state."""
    digits, *state = (line for line in text.splitlines() if line and not line.startswith("#"))
    return int(digits), list(map(Decimal, state))
