"""Bounds hold what is known to be true: closed forms, values at single places, and exact solutions of linear equations."""

import sys
import unittest
from fractions import Fraction
from math import comb
from pathlib import Path
from random import Random
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from flint import arb, arb_mat, arb_poly, arb_series, ctx

from check import Check, Refuted, System
from formulas import evaluate
from proof import MOST_LEAK, Box, Cell, Unproved, ball, column, compared, framed, identity, step
from tests.candidates import DECAY, FUNCTIONS, certificate


class BoundTests(unittest.TestCase):
    """The bounds hold the true distances of polynomials that were moved at random, from closed forms."""

    def cases(self):
        rotation = {"x": ("y", "1"), "y": ("-x", "0")}
        yield DECAY, None, lambda t: [(-t).exp()]
        yield rotation, None, lambda t: [t.cos(), -t.sin()]
        yield {"x": ("x*(1 - x)", "1/2")}, None, lambda t: [1 / (1 + (-t).exp())]
        yield {"x": ("2*t*x", "1")}, None, lambda t: [(t * t).exp()]
        slow = {"x": ("-2*x", "1"), "y": ("-y", "1")}
        for rate in ("100", "1000000"):
            # x = y^2 attracts all solutions.
            fast = {"x": (f"{rate}*(y^2 - x) - 2*y^2", "1"), "y": ("-y", "1")}
            yield fast, slow, lambda t: [(-2 * t).exp(), (-t).exp()]
        # Starts off the polynomials, in a fast direction that drives a slow one, and in one that shrinks little.
        driven = {"x": ("-1000*x", "1/1000"), "y": ("x - y", "1")}
        yield driven, {"x": ("0", "0"), "y": ("-y", "1")}, lambda t: [
            (-1000 * t).exp() / 1000,
            (-t).exp() + ((-t).exp() - (-1000 * t).exp()) / 999000,
        ]
        apart = {"x": ("-12*x", "1/1000"), "y": ("-y", "1")}
        yield apart, {"x": ("0", "0"), "y": ("-y", "1")}, lambda t: [(-12 * t).exp() / 1000, (-t).exp()]
        swirl = {"u": ("-300*(u - z) - 900*v - z", "1"), "v": ("900*(u - z) - 300*v", "0"), "z": ("-z", "1")}
        yield swirl, {"u": ("-u", "1"), "v": ("0", "0"), "z": ("-z", "1")}, lambda t: [(-t).exp(), arb(0), (-t).exp()]

    def test_bounds_hold_closed_forms(self):
        random = Random(1)
        for equations, solved, true in self.cases():
            for trial in range(6):
                document = certificate(equations, ["1/2", 1], "1/2", order=28, radius="1e9", solved=solved)
                size = 10.0 ** -random.uniform(4, 25)
                for piece in document["pieces"]:
                    for numbers in piece["polynomials"].values():
                        for place in random.sample(range(6), 2):
                            mantissa, _, power = numbers[place].partition("*2^")
                            value = Fraction(int(mantissa)) * Fraction(2) ** int(power or 0)
                            value += Fraction(random.uniform(-size, size))
                            numbers[place] = f"{round(value * 2**200)}*2^-200"
                check = Check(document)
                bounds = []
                check.hold = lambda sample, values, found: bounds.append((sample.time, values, found))
                try:
                    check.run()
                except Refuted:
                    # No bound may be found; that is no fault.
                    continue
                for time, values, found in bounds:
                    for value, bound, exact in zip(values, found, true(ball(time))):
                        self.assertLessEqual(abs(value - exact).lower(), bound, f"{equations} {size} {time}")
                self.assertEqual(len(bounds), 2)


    def test_bounds_hold_far_from_the_polynomials(self):
        """Where distances are large, the Jacobian of the tube counts."""
        for start in range(10, 500, 35):
            # x' = x^2 from 1/2; the polynomials are of another start.
            other = Fraction(1, 2) - Fraction(start, 10000)
            document = certificate({"x": ("x^2", "1/2")}, [1], "1/8", radius="1e9", solved={"x": ("x^2", str(other))})
            check, found = Check(document), []
            check.hold = lambda sample, values, bounds: found.append((values[0], bounds[0]))
            try:
                check.run()
            except Refuted:
                continue
            ((value, bound),) = found
            self.assertLessEqual(abs(value - 1).lower(), bound, str(other))


class CellTests(unittest.TestCase):
    """Bounds of defects and Jacobians hold what is found at single places."""

    EQUATIONS = FUNCTIONS | {"d": ("sqrt(2 + d*a)*cosh(b/3)/(3 + t*c) + (2 + b)^(7/2) - (3 + a)^(-3)", "0.2")}

    def cells(self):
        system = System({name: {"derivative": side, "initial": start} for name, (side, start) in self.EQUATIONS.items()})
        random = Random(2)
        for _ in range(8):
            polynomials = [arb_poly([random.uniform(-0.3, 0.3) for _ in range(4)]) for _ in system.names]
            yield system, random, Cell(system, polynomials, Fraction(0), Fraction(1, 2), Fraction(1, 4), 200)

    def at(self, system, cell, place, shifts):
        ctx.prec, ctx.cap = 200, 1
        values = [polynomial(place) + shift for polynomial, shift in zip(cell.polynomials, shifts)]
        variables = [arb_series([value], 1) for value in [*values, cell.centre + cell.half * place]]
        return evaluate(system.code, system.sides, variables, gradients=True)

    def test_defects(self):
        for system, random, cell in self.cells():
            bounds = cell.defect()
            # The bound is no multiple of the truth, and orders are left out of it.
            for place in [arb(random.uniform(-1, 1)) for _ in range(20)] + [arb(1), arb(-1)]:
                sides, _ = self.at(system, cell, place, [0] * 4)
                for polynomial, side, bound in zip(cell.polynomials, sides, bounds):
                    self.assertLessEqual(abs(polynomial.derivative()(place) - cell.half * side[0]).lower(), bound)

    def test_remainders_of_defects(self):
        for system, random, cell in self.cells():
            for order in (3, 5, 8):
                _, missed = cell.expanded_defect(order)
                ctx.prec, ctx.cap = 200, order
                sides = evaluate(system.code, system.sides, cell.along(0, cell.polynomials))
                for place in (arb(1), arb(-1)):
                    for side, exact, bound in zip(sides, self.at(system, cell, place, [0] * 4)[0], missed):
                        series = sum((side[k] * place**k for k in range(order)), arb(0))
                        rest = abs(cell.half * (exact[0] - series))
                        # The polynomials have no orders above 3.
                        if order > 3:
                            self.assertLessEqual(rest.lower(), bound)
                            self.assertGreater(rest * 10**6, bound.lower())

    def test_jacobians(self):
        for system, random, cell in self.cells():
            tube = [arb(10.0 ** -random.uniform(1.5, 6)) for _ in range(4)]
            parts, errors = cell.jacobian(tube, 4)
            for _ in range(20):
                place = arb(random.choice([-1, 1, random.uniform(-1, 1)]))
                shifts = [radius * random.choice([-1, 1]) for radius in tube]
                _, rows = self.at(system, cell, place, shifts)
                for i in range(4):
                    for j in range(4):
                        exact = cell.half * rows[i][j][0] if j in rows[i] else arb(0)
                        series = sum((part[i, j] * place**k for k, part in enumerate(parts)), arb(0))
                        self.assertLessEqual(abs(exact - series).lower(), errors[i, j])

    def test_derivatives_are_those_of_series(self):
        for system, random, cell in self.cells():
            _, rows = self.at(system, cell, arb(0), [0] * 4)
            for j in range(4):
                ctx.cap = 2
                heads = [polynomial(arb(0)) for polynomial in cell.polynomials]
                variables = [arb_series([head, int(i == j)], 2) for i, head in enumerate([*heads, cell.centre])]
                for row, side in zip(rows, evaluate(system.code, system.sides, variables)):
                    self.assertTrue(side[1].overlaps(row[j][0] if j in row else arb(0)))


class ComparisonTests(unittest.TestCase):
    """Bounds of the distance hold exact solutions of linear equations, and of one that explodes."""

    def hold(self, parts, start, added, bounds, end):
        """Of y' = (sum of parts tau^k) y + added, from y(-1) = start, by its own power series."""
        # Around tau = -1 with s = tau + 1.
        shifted = [arb_mat(len(start), len(start)) for _ in parts]
        for k, part in enumerate(parts):
            for j in range(k + 1):
                shifted[j] += part * comb(k, j) * (-1) ** (k - j)
        orders = [column(start)]
        for k in range(80):
            total = sum((shifted[j] * orders[k - j] for j in range(min(k + 1, len(parts)))), arb_mat(len(start), 1))
            orders.append((total + (column(added) if k == 0 else arb_mat(len(start), 1))) * (arb(1) / (k + 1)))
        for s in [arb(k) / 8 for k in range(17)]:
            value = sum((order * s**k for k, order in enumerate(orders)), arb_mat(len(start), 1))
            for y, bound, last in zip(value.entries(), bounds.entries(), end.entries()):
                self.assertLessEqual(abs(y).lower(), bound + arb(2) ** -40)
                if s == 2:
                    self.assertLessEqual(abs(y).lower(), last + arb(2) ** -40)

    def test_comparisons(self):
        ctx.prec = 200
        random, found = Random(3), 0
        for trial in range(60):
            # Slow, fast, and a pair of fast ones, which turns.
            rows = [[random.choice([-0.05, 0.05, 0]) for _ in range(4)] for _ in range(4)]
            rows[1][1] = -random.uniform(0.3, 4)
            rows[2][2] = rows[3][3] = -random.uniform(0.5, 4)
            rows[2][3], rows[3][2] = 3, -3
            rows[0][1] = random.uniform(-1, 1)
            start = [random.uniform(-1, 1) * random.choice([0, 1]) for _ in range(4)]
            added = [random.uniform(-1, 1) * random.choice([0, 1]) for _ in range(4)]
            first = column([arb(abs(x)) for x in start])
            try:
                bounds, end = compared(
                    [arb_mat(rows)], arb_mat(4, 4), [[1], [2, 3]], first, column([arb(abs(x)) for x in added]), 10
                )
            except Unproved:
                continue
            found += 1
            self.hold([arb_mat(rows)], start, added, bounds, end)
        self.assertGreater(found, 20)

    def test_errors_of_the_jacobian_count(self):
        ctx.prec = 200
        random = Random(4)
        for trial in range(12):
            parts = [arb_mat([[random.uniform(-0.4, 0.4) for _ in range(2)] for _ in range(2)]) for _ in range(3)]
            errors = arb_mat([[0.01] * 2] * 2)
            start = [random.choice([-1, 1]) for _ in range(2)]
            box = Box(identity(2), column([arb(1), arb(1)]))
            found, greatest = framed(parts, errors, box, [arb(0.1)] * 2, [arb(1)] * 2, 2)
            for sign in (1, -1):
                actual = [parts[0] + errors * sign, *parts[1:]]
                self.hold(actual, start, [0.1 * sign] * 2, column(greatest), column(found.bounds()))

    def test_what_a_bad_frame_misses_counts(self):
        random = Random(5)
        for trial in range(12):
            parts = [arb_mat([[random.uniform(-0.05, 0.05) for _ in range(2)] for _ in range(2)]) for _ in range(3)]
            start = [random.choice([-1, 1]) for _ in range(2)]
            box = Box(identity(2), column([arb(1), arb(1)]))
            with patch("proof.orders_for", lambda rate: 4):
                found, greatest = framed(parts, arb_mat(2, 2), box, [arb(0)] * 2, [arb(1)] * 2, 2)
            self.hold(parts, start, [0, 0], column(greatest), column(found.bounds()))

    def test_a_distance_that_explodes(self):
        system = System({"x": {"derivative": "x^2", "initial": "0"}})
        for k, room in [(k, room) for k in range(1, 60) for room in (4, arb(1) / 8)]:
            # Guesses of tubes may be bad.
            # From 1 at t = 0 to 1/(1 - t) at t = 2 half.
            half = Fraction(k, 100)
            cell = Cell(system, [arb_poly([0])], Fraction(0), half, half, 100)
            try:
                with patch("proof.ROOM", room):
                    found, greatest = step(cell, Box(identity(1), column([arb(1)])), MOST_LEAK)
            except Unproved:
                continue
            self.assertLess(2 * half, 1)
            self.assertGreaterEqual(found.bounds()[0], (1 / (1 - 2 * ball(half))).lower())


if __name__ == "__main__":
    unittest.main()
