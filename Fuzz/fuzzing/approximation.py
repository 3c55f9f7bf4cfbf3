"""The solution of an initial-value problem to many digits, quickly and without proof: two Taylor runs that differ in order,
bits and steps. What contradicts it is looked at again by `enclosure`, which proves."""

import time
from fractions import Fraction
from typing import Optional, Sequence

from flint import arb, ctx

from .enclosure import System, Unknown
from .series import Programme, ball

# Parts of the longest time that a step may have: what is narrower than that may be stepped over.
PARTS = 20


def approximate(system: System, times: Sequence[Fraction], digits: int, seconds: float) -> list[list[arb]]:
    """The states, as balls of 100 times the two runs' difference.

    Raises Unknown.
    """
    deadline = time.monotonic() + seconds
    bits = int(3.33 * digits) + 90
    fine = _run(system, times, bits + 40, 1, deadline)
    rough = _run(system, times, bits, Fraction(5, 4), deadline)
    before = ctx.prec
    ctx.prec = bits + 40
    try:
        wanted = arb(10) ** -digits
        result = []
        for a, b in zip(fine, rough):
            gaps = [100 * abs(x - y) for x, y in zip(a, b)]
            if not all(gap <= wanted * max(arb(1), abs(x)) for gap, x in zip(gaps, a)):
                raise Unknown("two runs differ")
            result.append([x + arb(0, gap.upper()) for x, gap in zip(a, gaps)])
        return result
    finally:
        ctx.prec = before


def _run(system: System, times: Sequence[Fraction], bits: int, stretch, deadline: float) -> list[list[arb]]:
    before = ctx.prec
    ctx.prec = bits
    try:
        programme, order = Programme(system.names, system.sides), max(14, int(bits * 0.22 / float(stretch)))
        state, now, states = [ball(x).mid() for x in system.starts], Fraction(0), []
        for end in times:
            while now < end:
                if time.monotonic() > deadline:
                    raise Unknown("time is up")
                series = programme.run(state, ball(now), order)
                if not all(c.is_finite() for coefficients in series for c in coefficients):
                    raise Unknown("the right-hand side is not defined at a state reached")
                length = _length(series, order, bits, times[-1]) * stretch
                if length < Fraction(1, 2**80) * times[-1]:
                    raise Unknown("steps shrink to nothing")
                reaches = now + length >= end
                state = [_horner(c, ball(end - now if reaches else length)).mid() for c in series]
                now = end if reaches else now + length
            states.append(state)
        return states
    finally:
        ctx.prec = before


def _length(series: list[list[arb]], order: int, bits: int, longest: Fraction) -> Fraction:
    """Where the last terms fall below the bits, relative to each entry's largest term."""
    exponent = None
    for coefficients in series:
        size = max((e for e in map(_exponent, coefficients[:2]) if e is not None), default=-(10**6))
        for k in (order - 1, order):
            last = _exponent(coefficients[k])
            if last is not None:
                own = Fraction(max(size, last - 4 * bits) - bits - last, k)
                exponent = own if exponent is None else min(exponent, own)
    limit = longest / PARTS
    if exponent is None or exponent > 1000:
        return limit
    if exponent < -(10**6):
        raise Unknown("steps shrink to nothing")
    whole = exponent // 1
    return min(limit, Fraction(2) ** whole * Fraction(int(1024 * 2 ** float(exponent - whole)), 1024))


def _exponent(value: arb) -> Optional[int]:
    mantissa, exponent = value.mid().man_exp()
    return None if mantissa == 0 else int(exponent) + abs(int(mantissa)).bit_length()


def _horner(series: list[arb], at: arb) -> arb:
    result: Optional[arb] = None
    for coefficient in reversed(series):
        result = coefficient if result is None else result * at + coefficient
    return result
