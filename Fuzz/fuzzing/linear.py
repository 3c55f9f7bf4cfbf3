"""Linear systems with constant coefficients: the exponential of a matrix solves them, and balls enclose it."""

from fractions import Fraction
from typing import Optional, Sequence

from flint import arb, arb_mat, ctx

from .enclosure import System, Unknown
from .expressions import Memory, constant_value, derivative
from .series import ball, evaluate

BITS_LIMIT = 200_000


def solve_linear(system: System, times: Sequence[Fraction], digits: int) -> Optional[list[list[arb]]]:
    """The states as balls, so narrow: 10^-digits times max(|x|, the state's largest entry / 10^20).

    Nothing if the system is not linear with constant coefficients. Raises Unknown.
    """
    factors = _factors(system)
    if factors is None:
        return None
    before, bits = ctx.prec, 4 * digits + 100
    try:
        while bits < BITS_LIMIT:
            ctx.prec = bits
            states = [_state(system, factors, time) for time in times]
            if all(_is_narrow(state, digits) for state in states):
                return states
            bits *= 2
        raise Unknown("too many bits")
    finally:
        ctx.prec = before


def _factors(system: System) -> Optional[list[list[Fraction]]]:
    """Those of the variables in each right-hand side."""
    slopes = [_slopes(system, variable) for variable in system.names]
    if any(slope is None for row in slopes for slope in row) or any(_slopes(system, "t")):
        return None
    return [list(row) for row in zip(*slopes)]


def _slopes(system: System, variable: str) -> list[Optional[Fraction]]:
    known: Memory = {}
    return [constant_value(derivative(side, variable, known)) for side in system.sides]


def _state(system: System, factors: list[list[Fraction]], time: Fraction) -> list[arb]:
    """One more variable, which stays 1, has the constants for its factors."""
    zeros = dict.fromkeys([*system.names, "t"], arb(0))
    rows = [[*map(ball, row), evaluate(side, zeros)] for row, side in zip(factors, system.sides)]
    rows.append([arb(0)] * len(rows[0]))
    starts = arb_mat([[ball(x)] for x in [*system.starts, Fraction(1)]])
    reached = (arb_mat(rows) * ball(time)).exp() * starts
    return [reached[i, 0] for i in range(len(system.names))]


def _is_narrow(state: list[arb], digits: int) -> bool:
    size = max(x.abs_upper() for x in state)
    wanted = arb(10) ** -digits
    return all(x.rad() <= wanted * max(x.abs_lower(), size * arb(10) ** -20) for x in state)
