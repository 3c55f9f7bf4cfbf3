"""Radau IIA collocation of high order (Ehle 1969; Hairer and Wanner 1996, IV.8) for stiff systems, to many digits.

Without proof: references come from two runs that differ in stages, steps and bits. The stage equations are solved by Newton's
method with one Jacobian a step, in the eigenbasis of the inverse of the Runge-Kutta matrix, where they fall apart into one
linear system of the state's size for each stage.
"""

import math
import time
from fractions import Fraction
from functools import lru_cache
from typing import Optional, Sequence

from flint import acb, acb_mat, arb, arb_mat, ctx, fmpz_poly

from .compiled import compiled
from .enclosure import System, Unknown
from .expressions import Memory, derivative
from .series import ball

NEWTON_LIMIT = 60

# Beyond the digits.
SPARE_BITS = 120


class Rule:
    """Nodes, weights and eigenbasis for a number of stages, at the working precision."""

    def __init__(self, stages: int):
        bits = ctx.prec
        # The Vandermonde matrix and the eigenbasis lose digits with the number of stages.
        ctx.prec = bits + 14 * stages + 100
        try:
            polynomial = _legendre(stages) - _legendre(stages - 1)
            nodes = sorted((root.real for root, _ in polynomial.complex_roots()), key=float)
            self.nodes = [x.mid() for x in nodes]
            s = range(stages)
            powers = arb_mat([[x**k for k in s] for x in self.nodes])
            integrals = arb_mat([[x ** (k + 1) / (k + 1) for k in s] for x in self.nodes])
            self.matrix = integrals * powers.inv()
            self.legendre = [_legendre(k) for k in s]
            self.to_legendre = arb_mat([[_value(p, x) for p in self.legendre] for x in self.nodes]).inv()
            inverse = acb_mat(self.matrix.inv())
            eigenvalues, right = inverse.eig(right=True, algorithm="approx")
            self.eigenvalues = [_middle(x) for x in eigenvalues]
            self.basis = acb_mat([[_middle(right[i, j]) for j in s] for i in s])
            self.inverse_basis = self.basis.inv()
            self.inverse_basis = acb_mat([[_middle(self.inverse_basis[i, j]) for j in s] for i in s])
            self.matrix = arb_mat([[self.matrix[i, j].mid() for j in s] for i in s])
        finally:
            ctx.prec = bits


def _legendre(degree: int) -> fmpz_poly:
    """The shifted Legendre polynomial."""
    return fmpz_poly([(-1) ** (degree + k) * math.comb(degree, k) * math.comb(degree + k, k) for k in range(degree + 1)])


def _value(polynomial: fmpz_poly, x: arb) -> arb:
    result = arb(0)
    for coefficient in reversed(polynomial.coeffs()):
        result = result * x + coefficient
    return result


def _middle(x: acb) -> acb:
    return acb(x.real.mid(), x.imag.mid())


@lru_cache(maxsize=8)
def _rule(stages: int, bits: int) -> Rule:
    return Rule(stages)


class Radau:
    """One run: so many stages, and a bound of the last Legendre coefficient of a step's slopes, relative to the state."""

    def __init__(self, system: System, stages: int, tolerance: int, deadline: float):
        self.system, self.stages, self.deadline = system, stages, deadline
        self.rule = _rule(stages, ctx.prec)
        self.tolerance = arb(10) ** -tolerance
        known: list[Memory] = [{} for _ in system.names]
        entries = [derivative(f, v, memory) for f in system.sides for v, memory in zip(system.names, known)]
        # Only what is not 0: that is most of a large system's Jacobian.
        self.places = [i for i, entry in enumerate(entries) if not (entry.kind == "number" and entry.value == 0)]
        self.jacobian = compiled(system.names, [entries[i] for i in self.places])
        self.slopes = compiled(system.names, system.sides)
        # The last step's stages and length.
        self.last: Optional[tuple[list[list[arb]], arb]] = None

    def run(self, times: Sequence[Fraction]) -> list[list[arb]]:
        """Raises Unknown."""
        state, now = [ball(x).mid() for x in self.system.starts], Fraction(0)
        states, length = [], self._first_length(state, times[-1])
        for end in times:
            while now < end:
                state, now, length = self._step(state, now, end, length)
            states.append(state)
        return states

    def _first_length(self, state: list[arb], end: Fraction) -> Fraction:
        slopes = self.slopes(state, arb(0))
        size, speed = max(abs(x) for x in state), max(abs(f) for f in slopes)
        if speed == 0 or size == 0:
            return end / 10**4
        return min(end / 100, Fraction(max(1e-30, float(size / speed) * 1e-3)).limit_denominator(10**30))

    def _step(self, state: list[arb], now: Fraction, end: Fraction, length: Fraction):
        most = 5.0
        while True:
            if time.monotonic() > self.deadline:
                raise Unknown("time is up")
            if length < Fraction(1, 10**40) * end:
                raise Unknown("steps shrink to nothing")
            reaches = now + length >= end
            h = ball(end - now if reaches else length)
            stages = self._newton(state, ball(now), h)
            if stages is None:
                length, most = (end - now if reaches else length) / 2, 1.2
                continue
            found, slopes = stages
            error = self._error(found, slopes, h)
            factor = float(min(arb(8), (self.tolerance / (error + self.tolerance * arb(2) ** -300)) ** (arb(1) / self.stages)))
            if error > self.tolerance:
                length = (end - now if reaches else length) * Fraction(min(0.8, 0.9 * factor)).limit_denominator(1000)
                continue
            self.last = found, h
            tried = end - now if reaches else length
            grown = tried * Fraction(min(most, max(0.5, 0.9 * factor))).limit_denominator(1000)
            # A step that was cut says little: it is not shortened by that.
            if reaches:
                grown = max(grown, length)
            return found[-1], end if reaches else now + length, _short(grown)

    def _newton(self, state: list[arb], now: arb, h: arb):
        """The stages and their slopes; nothing if the iteration does not converge."""
        n, s, rule = len(state), self.stages, self.rule
        found, middle = self._guess(state, h), s // 2
        jacobian = acb_mat(n, n)
        for place, entry in zip(self.places, self.jacobian(found[middle], now + h * rule.nodes[middle])):
            jacobian[place // n, place % n] = entry.mid()
        solvers = []
        for eigenvalue in rule.eigenvalues:
            matrix = acb_mat(n, n)
            for i in range(n):
                for j in range(n):
                    matrix[i, j] = (eigenvalue if i == j else 0) - h * jacobian[i, j]
            try:
                solvers.append(matrix.inv())
            except ZeroDivisionError:
                return None
        clocks = [now + h * c for c in rule.nodes]
        # Half of the spare bits: what cancels in the slopes takes of the others.
        last, limit = None, arb(2) ** (-ctx.prec + SPARE_BITS // 2)
        for count in range(NEWTON_LIMIT):
            slopes = [self.slopes(x, t) for x, t in zip(found, clocks)]
            if not all(f.is_finite() for row in slopes for f in row):
                return None
            slopes = [[f.mid() for f in row] for row in slopes]
            moved = rule.matrix * arb_mat(slopes)
            gaps = [[(state[j] + h * moved[i, j] - found[i][j]).mid() for j in range(n)] for i in range(s)]
            # A^-1 (Z - h A F) in the eigenbasis, solved there.
            inner = rule.inverse_basis * acb_mat(arb_mat(gaps))
            for i, solver in enumerate(solvers):
                row = acb_mat(n, 1, [_middle(inner[i, j]) * rule.eigenvalues[i] for j in range(n)])
                solved = solver * row
                for j in range(n):
                    inner[i, j] = _middle(solved[j, 0])
            change = rule.basis * inner
            size = arb(0)
            scale = [max(abs(row[j]) for row in found) for j in range(n)]
            found = [[(found[i][j] + change[i, j].real).mid() for j in range(n)] for i in range(s)]
            scale = _raised([max(scale[j], max(abs(row[j]) for row in found)) for j in range(n)])
            for j in range(n):
                if scale[j] > 0:
                    size = max(size, max(abs(change[i, j].real.mid()) for i in range(s)) / scale[j])
            if not size.is_finite():
                return None
            if size < limit:
                return found, slopes
            # Rounding is reached, or the step is too long.
            if last is not None and count > 3 and (size > last * 0.7 or size * (size / last) ** (NEWTON_LIMIT - count) > limit):
                return (found, slopes) if size < limit * 2**20 else None
            last = size
        return None

    def _guess(self, state: list[arb], h: arb) -> list[list[arb]]:
        """The last step's polynomial, continued; the state where it says little."""
        if self.last is None or h > 2 * self.last[1]:
            return [list(state) for _ in range(self.stages)]
        stages, length = self.last
        coefficients = self.rule.to_legendre * arb_mat(stages)
        # Only the leading ones: the last ones are large far outside.
        kept = range(self.stages * 2 // 3)
        points = [1 + h * c / length for c in self.rule.nodes]
        values = arb_mat([[_value(self.rule.legendre[k], x) for k in kept] for x in points])
        leading = arb_mat([[coefficients[k, j] for j in range(len(state))] for k in kept])
        moved = values * leading
        ends = arb_mat([[arb(1) for _ in kept]]) * leading
        return [[(state[j] + moved[i, j] - ends[0, j]).mid() for j in range(len(state))] for i in range(self.stages)]

    def _error(self, found: list[list[arb]], slopes: list[list[arb]], h: arb) -> arb:
        """The last Legendre coefficients of the slopes times the step, relative to each entry."""
        coefficients = self.rule.to_legendre * arb_mat(slopes)
        worst = arb(0)
        for j, size in enumerate(_raised([max(map(abs, entry)) for entry in zip(*found)])):
            last = max(abs(coefficients[self.stages - 1, j].mid()), abs(coefficients[self.stages - 2, j].mid()) / 16)
            if size > 0:
                worst = max(worst, h * last / size)
        return worst.mid()


def _raised(sizes: list[arb]) -> list[arb]:
    """No smaller than the largest one / 10^20: references have no more of an entry either."""
    least = max(sizes) * arb(10) ** -20
    return [max(size, least) for size in sizes]


def _short(value: Fraction) -> Fraction:
    """Of 40 bits."""
    exponent = value.numerator.bit_length() - value.denominator.bit_length() - 40
    unit = Fraction(2) ** exponent
    return int(value / unit) * unit


def integrate(system: System, times: Sequence[Fraction], digits: int, stages: int, seconds: float) -> list[list[arb]]:
    """Without proof, to about so many digits.

    Raises Unknown.
    """
    before = ctx.prec
    ctx.prec = int(3.33 * digits) + SPARE_BITS
    try:
        # The order at a step's end is 2s - 1, that of the stages s.
        return Radau(system, stages, int(0.6 * digits), time.monotonic() + seconds).run(times)
    finally:
        ctx.prec = before
