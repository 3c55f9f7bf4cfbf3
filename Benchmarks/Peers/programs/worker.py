"""How a peer's Python program talks to the harness: one JSON document a line, on standard input and output.

In:  the problem first; then an empty line for each run that is wanted.
Out: when ready {"version", "seconds"}; after each run {"seconds", "state", "steps", "order"}.

Seconds are CPU seconds of the process. Those of the first line are what came before the first run: interpreter,
imports, compilation.
"""

import json
import sys
import time
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Problem:
    """`exponential`: m' = 1 + e^-m, entry by entry.

    `factorization`: W_j' = -(W_L...W_(j+1))^T (W_L...W_1 - Y) (W_(j-1)...W_1)^T, square matrices; the state is
    W_1, ..., W_L, each row by row.
    """

    family: str
    initial: list[Fraction]
    target: list[list[Fraction]]
    end: Fraction
    digits: int

    @property
    def size(self) -> int:
        return len(self.target)

    @property
    def depth(self) -> int:
        return len(self.initial) // self.size**2

    @property
    def working_digits(self) -> int:
        """Digits of the arithmetic: five more than the tolerance 10^-digits has."""
        return self.digits + 5

    def layers(self, state: list) -> list[list[list]]:
        """The state as a list of matrices."""
        n = self.size
        return [[state[(j * n + a) * n : (j * n + a + 1) * n] for a in range(n)] for j in range(self.depth)]


def read_problem() -> Problem:
    given = json.loads(sys.stdin.readline())
    return Problem(
        family=given["family"],
        initial=[Fraction(number) for number in given["initial"]],
        target=[[Fraction(number) for number in row] for row in given["target"]],
        end=Fraction(given["end"]),
        digits=given["digits"],
    )


def serve(version: str, integrate) -> None:
    """Calls `integrate`, which returns state (texts), steps and order, once for each line of input."""
    answer({"version": version, "seconds": time.process_time()})
    for _ in sys.stdin:
        start = time.process_time()
        state, steps, order = integrate()
        seconds = time.process_time() - start
        answer({"seconds": seconds, "state": [str(value) for value in state], "steps": steps, "order": order})


def answer(document: dict) -> None:
    print(json.dumps(document), flush=True)


def factorization_velocity(layers: list, target: list, product, transposed, difference, negated) -> list:
    """The layers' velocities by prefix products and one pass back, with the matrix operations given."""
    prefixes = [layers[0]]
    for layer in layers[1:]:
        prefixes.append(product(layer, prefixes[-1]))
    behind = difference(prefixes[-1], target)
    velocities = []
    for j in range(len(layers) - 1, 0, -1):
        velocities.append(negated(product(behind, transposed(prefixes[j - 1]))))
        behind = product(transposed(layers[j]), behind)
    velocities.append(negated(behind))
    return velocities[::-1]
