"""The problems that are integrated, stated once with exact numbers: for `solve` and for the peers' programs."""

import json
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import cached_property
from typing import Optional, Protocol


class UnknownProblem(ValueError):
    """A name that is not one of a problem."""


class Problem(Protocol):
    name: str
    family: str
    end: Fraction
    initial: list[Fraction]
    target: list[list[Fraction]]

    @property
    def title(self) -> str: ...

    def problem_file(self) -> str:
        """As YAML for `fisherflow solve`."""

    def state(self, sample: dict) -> list[str]:
        """The state, in the order of `initial`, from a sample of `solve`'s JSON."""

    def closed_form(self, digits: int) -> Optional[list[Decimal]]:
        """The state at the end to so many digits, if there is a formula for it."""


@dataclass(frozen=True)
class Exponential:
    """P1: m_i' = 1 + e^-m_i, m_i(0) = 4i/(5n) - 2/5, i = 1...n, t from 0 to 10."""

    count: int

    family = "exponential"
    end = Fraction(10)
    target: tuple = ()

    @property
    def name(self) -> str:
        return "p1" if self.count == 8 else f"p1-{self.count}"

    @property
    def title(self) -> str:
        return "P1" if self.count == 8 else f"P1 n={self.count}"

    @cached_property
    def initial(self) -> list[Fraction]:
        return [Fraction(4 * i, 5 * self.count) - Fraction(2, 5) for i in range(1, self.count + 1)]

    def problem_file(self) -> str:
        slope = Fraction(4, 5 * self.count)
        return (
            "system:\n"
            f'  m[i]: {{derivative: "1 + exp(-m[i])", initial: "{slope}*i - 2/5", for: {{i: [1, {self.count}]}}}}\n'
            f"times: [{self.end}]\n"
        )

    def state(self, sample: dict) -> list[str]:
        return sample["variables"]["m"]

    def closed_form(self, digits: int) -> list[Decimal]:
        """t + log(1 + e^m(0) - e^-t)."""
        with localcontext() as context:
            context.prec = digits + 10
            end = Decimal(self.end.numerator) / self.end.denominator
            decay = (-end).exp()
            starts = [Decimal(m.numerator) / m.denominator for m in self.initial]
            return [end + (1 + start.exp() - decay).ln() for start in starts]


@dataclass(frozen=True)
class Factorization:
    """P3 at depth 3: gradient flow of |W_L...W_1 - Y|²/2 with n × n layers, t from 0 to 5.

    Entries, with a, b from 0 and j = 0 for W_1:
    W_j(0) = L/10 [a = b] + ((3a + 5b + 7j) mod 11 - 5)/100, Y = (a + 1) [a = b] + ((2a + 3b) mod 5)/10.
    At other depths L the start is so scaled that the product of the layers is about as large as at depth 3.
    """

    size: int
    depth: int = 3

    family = "factorization"
    end = Fraction(5)

    @property
    def name(self) -> str:
        return f"p3-{self.size}" + ("" if self.depth == 3 else f"-{self.depth}")

    @property
    def title(self) -> str:
        return f"P3 n={self.size}" + ("" if self.depth == 3 else f" L={self.depth}")

    @cached_property
    def layers(self) -> list[list[list[Fraction]]]:
        n = range(self.size)

        def entry(j: int, a: int, b: int) -> Fraction:
            return Fraction(self.depth, 10) * (a == b) + Fraction((3 * a + 5 * b + 7 * j) % 11 - 5, 100)

        return [[[entry(j, a, b) for b in n] for a in n] for j in range(self.depth)]

    @property
    def initial(self) -> list[Fraction]:
        return [entry for layer in self.layers for row in layer for entry in row]

    @cached_property
    def target(self) -> list[list[Fraction]]:
        n = range(self.size)
        return [[(a + 1) * (a == b) + Fraction((2 * a + 3 * b) % 5, 10) for b in n] for a in n]

    def problem_file(self) -> str:
        """The loss of `gaussian` is half the sum of squares, over all entries of the matrix."""
        return (
            f"model:      {{kind: matrix-factorization, widths: {[self.size] * (self.depth + 1)}}}\n"
            f"data:       {{matrix: {_rows(self.target)}}}\n"
            "likelihood: gaussian\n"
            "flow:       {kind: gradient}\n"
            f"initial:    {{parameters: [{', '.join(map(_rows, self.layers))}]}}\n"
            f"times:      [{self.end}]\n"
        )

    def state(self, sample: dict) -> list[str]:
        return [entry for layer in sample["parameters"] for row in layer for entry in row]

    def closed_form(self, digits: int) -> None:
        return None


def _rows(matrix: list[list[Fraction]]) -> str:
    return "[" + ", ".join("[" + ", ".join(map(str, row)) + "]" for row in matrix) + "]"


def parse_problem(name: str) -> Problem:
    """`p1`, `p1-N`, `p3-N` or `p3-N-L`.

    Raises UnknownProblem.
    """
    kind, *numbers = name.lower().split("-")
    if all(number.isdecimal() and 1 <= int(number) <= 1000 for number in numbers):
        sizes = list(map(int, numbers))
        if kind == "p1" and len(sizes) <= 1:
            return Exponential(*(sizes or [8]))
        if kind == "p3" and 1 <= len(sizes) <= 2 and (len(sizes) == 1 or sizes[1] >= 2):
            return Factorization(*sizes)
    raise UnknownProblem(
        f"found problem {name!r}, expected p1, p1-N (N variables), p3-N (N x N layers) or p3-N-L (depth L >= 2)"
    )


@dataclass(frozen=True)
class Case:
    """A problem and the digits asked for: tolerance 10^-digits."""

    problem: Problem
    digits: int

    def json(self) -> str:
        """What the peers' Python programs read: see programs/worker.py."""
        return json.dumps(
            {
                "family": self.problem.family,
                "initial": list(map(str, self.problem.initial)),
                "target": [list(map(str, row)) for row in self.problem.target],
                "end": str(self.problem.end),
                "digits": self.digits,
            }
        )
