"""The solution of an initial-value problem, enclosed: the reference that answers are held against.

A step starts at an exact point, and a bound of the distance to the true solution goes with it. The solution through the point:
its Taylor polynomial of order p there, and the p-th coefficient over a box around it. If the polynomial's range over the step,
widened by some room, leaves place for h^p times that coefficient, then this solution exists over the whole step and differs
from the polynomial by no more (Corliss and Rihm 1996; Nedialkov, Jackson and Pryce 2001). The true solution keeps within the
old distance times exp(h m), m a bound of the Jacobian's logarithmic norm over a box that holds both (Dahlquist 1958). Where the
bound grows too much, everything is done again with more bits. Nothing is shared with the command's integrators.
"""

import time
from dataclasses import dataclass
from fractions import Fraction
from typing import Optional, Sequence

from flint import arb, ctx

from .expressions import Expression, Memory, derivative
from .series import Programme, ball, evaluate


class Unknown(Exception):
    """The reference did not get there: the budget is spent, or the solution ends before."""


@dataclass
class System:
    """x' = f(x, t) with exact starts; `t` is the time."""

    names: list[str]
    sides: list[Expression]
    starts: list[Fraction]


@dataclass
class Point:
    """An exact state, the Euclidean distance of the true one (a bound), and the step that was last taken."""

    state: list[arb]
    distance: arb
    time: Fraction
    step: Optional[Fraction] = None


def enclose(system: System, times: Sequence[Fraction], digits: int, seconds: float) -> list[list[arb]]:
    """The states at the times, the entries as balls: right to so many digits of each entry but those near 0.

    Raises Unknown.
    """
    deadline = time.monotonic() + seconds
    before = ctx.prec
    precision = int(3.33 * digits) + 64
    # The balls keep tiny entries to their own digits, where the starts have them.
    smallest = min((abs(start) for start in system.starts if start), default=Fraction(1))
    precision += max(0, smallest.denominator.bit_length() - smallest.numerator.bit_length())
    try:
        steps = Steps(system, deadline)
        while precision < 30000:
            ctx.prec = precision
            states = steps.attempt(times, digits)
            if states is not None:
                return states
            precision = precision * 2
        raise Unknown("too many bits")
    finally:
        ctx.prec = before


class Steps:
    def __init__(self, system: System, deadline: float):
        self.system, self.deadline = system, deadline
        self.programme = Programme(system.names, system.sides)
        self.jacobian = []
        known: list[Memory] = [{} for _ in system.names]
        for side in system.sides:
            self.jacobian.append([derivative(side, name, memory) for name, memory in zip(system.names, known)])

    def attempt(self, times: Sequence[Fraction], digits: int) -> Optional[list[list[arb]]]:
        """The states at the working precision, or nothing if they are wider than wanted."""
        order = max(16, min(int(0.25 * ctx.prec), 100))
        exact = list(map(ball, self.system.starts))
        point = Point([x.mid() for x in exact], _length([arb(x.rad()) for x in exact]), Fraction(0))
        states, wanted = [], arb(10) ** -digits
        for end in times:
            while point.time < end:
                moved = self.step(point, end, order)
                if moved is None or not moved.distance <= wanted * max(abs(x) for x in moved.state):
                    return None
                point = moved
            states.append([x + arb(0, point.distance.upper()) for x in point.state] if point.time else exact)
        return states

    def step(self, point: Point, end: Fraction, order: int) -> Optional[Point]:
        """The next point; nothing if its bits do not allow a step.

        Raises Unknown.
        """
        series = self.programme.run(point.state, ball(point.time), order - 1)
        if not all(c.is_finite() for coefficients in series for c in coefficients):
            raise Unknown("the right-hand side is not defined at a state reached")
        size = max(abs(x) for x in point.state)
        length = _first_length(series, order, point.step, end)
        while True:
            if time.monotonic() > self.deadline:
                raise Unknown("time is up")
            if length < Fraction(1, 2**100) * max(point.time, Fraction(1, 2**900)):
                raise Unknown("steps shrink to nothing")
            reaches = point.time + length >= end
            h = ball(end - point.time if reaches else length)
            over = h.union(arb(0))
            ranges = [_horner(coefficients, over) for coefficients in series]
            rooms = [_room(r, size) for r in ranges]
            # Twice the distance is left for its growth over the step.
            box = [r + arb(0, (room + 2 * point.distance).upper()) for r, room in zip(ranges, rooms)]
            clock = ball(point.time) + over
            wide = self.programme.run(box, clock, order)
            rests = [coefficients[order].abs_upper() * h**order for coefficients in wide]
            if all(rest.is_finite() and rest <= room for rest, room in zip(rests, rooms)):
                growth = (self.logarithmic_norm(box, clock) * h).exp().upper()
                if growth < 2:
                    reached = [_horner(coefficients, h) for coefficients in series]
                    added = _length([x.rad() + rest for x, rest in zip(reached, rests)])
                    distance = (point.distance * growth + added).upper()
                    easy = all(rest * 2**16 <= room for rest, room in zip(rests, rooms)) and growth < 1.6
                    step = length * (2 if easy else 1)
                    return Point([x.mid() for x in reached], distance, end if reaches else point.time + length, step)
            length = _rounded((min(length, end - point.time)) * Fraction(5, 8))

    def logarithmic_norm(self, box: list[arb], clock: arb) -> arb:
        """An upper bound of the Jacobian's Euclidean one: Gershgorin's discs of its symmetric part."""
        values = {**dict(zip(self.system.names, box)), "t": clock}
        known: Memory = {}
        entries = [[evaluate(entry, values, known) for entry in row] for row in self.jacobian]
        n = range(len(entries))
        bounds = [
            entries[i][i] + sum((abs(entries[i][j] + entries[j][i]) / 2 for j in n if j != i), arb(0)) for i in n
        ]
        uppers = [bound.upper() for bound in bounds]
        return arb.nan() if any(u.is_nan() for u in uppers) else max(uppers)


def _length(entries: Sequence[arb]) -> arb:
    return sum((x * x for x in entries), arb(0)).sqrt().upper()


def _room(value: arb, size: arb) -> arb:
    """How far the rest of the series may reach: relative to the range, and to the largest entry."""
    return (value.abs_upper() + size / 2**20) * arb(2) ** (-ctx.prec) + arb(2) ** (-ctx.prec - 1500)


def _rounded(value: Fraction) -> Fraction:
    """Down to 40 bits, so that times stay short."""
    exponent = value.numerator.bit_length() - value.denominator.bit_length() - 40
    unit = Fraction(2) ** exponent
    return int(value / unit) * unit


def _first_length(series: list[list[arb]], order: int, last: Optional[Fraction], end: Fraction) -> Fraction:
    """From the sizes of the last coefficients, and no more than the last step allows."""
    guesses = [] if last is None else [last]
    largest = max(abs(coefficients[0]) for coefficients in series)
    for coefficients in series:
        size = max(abs(coefficients[0].mid()), largest / 2**20, arb(2) ** -1500)
        for k in (order - 2, order - 1):
            if not coefficients[k].mid() == 0:
                bits = (float((size / abs(coefficients[k].mid())).log()) / 0.6931471805599453 - ctx.prec) / k
                guesses.append(_rounded(Fraction(2) ** int(bits // 1) * Fraction(2 ** (bits % 1))))
    return min(guesses) if guesses else end


def _horner(series: list[arb], at: arb) -> arb:
    result = arb(0)
    for coefficient in reversed(series):
        result = result * at + coefficient
    return result
