"""What is measured: cases, and the sequences of them along which something grows."""

from dataclasses import dataclass
from typing import Optional

from .problems import Case, Exponential, Factorization, Problem


@dataclass(frozen=True)
class Sweep:
    """Cases in which one size grows."""

    title: str
    size: str
    points: list[tuple[int, Case]]


@dataclass(frozen=True)
class Plan:
    cases: list[Case]
    sweeps: list[Sweep]


# How many times faster than the best peer FisherFlow is meant to be, by problem and digits.
TARGETS = {
    ("p1", 50): 8, ("p1", 100): 8, ("p1", 200): 8, ("p1", 500): 6,
    ("p3-3", 50): 8, ("p3-3", 100): 9, ("p3-3", 200): 8, ("p3-5", 100): 9,
}

P1, P3_3, P3_5 = Exponential(8), Factorization(3), Factorization(5)
QUICK = {P1: [50, 100], P3_3: [50]}
SHORT = {P1: [50, 100, 200], P3_3: [50, 100], P3_5: [50]}
FULL = {P1: [50, 100, 200, 500, 1000], P3_3: [50, 100, 200, 500], P3_5: [50, 100]}


def comparison(chosen: dict[Problem, list[int]]) -> Plan:
    """Problems with their digits; time against digits for each."""
    by_problem = {problem: [Case(problem, d) for d in digits] for problem, digits in chosen.items()}
    sweeps = [
        Sweep(problem.title, "digits", [(case.digits, case) for case in cases])
        for problem, cases in by_problem.items()
    ]
    return Plan([case for cases in by_problem.values() for case in cases], sweeps)


def growth(by: list[str], digits: Optional[int], quick: bool) -> Plan:
    """How the cost grows with the digits, the number of variables and the depth."""
    sweeps = []
    if "digits" in by:
        for problem, most in [(P1, 200 if quick else 1000), (P3_3, 100 if quick else 200)]:
            steps = [d for d in (25, 50, 100, 200, 500, 1000) if d <= most]
            sweeps.append(Sweep(problem.title, "digits", [(d, Case(problem, d)) for d in steps]))
    if "variables" in by:
        d = digits or 100
        counts = (8, 16, 32) if quick else (8, 16, 32, 64, 128)
        points = [(count, Case(Exponential(count), d)) for count in counts]
        sweeps.append(Sweep(f"P1 at {d} digits", "variables", points))
    if "depth" in by:
        d = digits or 50
        points = [(depth, Case(Factorization(3, depth), d)) for depth in range(2, 5 if quick else 7)]
        sweeps.append(Sweep(f"deep linear network, 3 × 3, at {d} digits", "depth", points))
    cases = list(dict.fromkeys(case for sweep in sweeps for _, case in sweep.points))
    return Plan(cases, sweeps)
