import unittest
from fractions import Fraction
from random import Random

from flint import arb, ctx

from fuzzing.approximation import approximate
from fuzzing.enclosure import System, Unknown, enclose
from fuzzing.expressions import parse
from fuzzing.families import FAMILIES
from fuzzing.linear import solve_linear
from fuzzing.radau import integrate
from fuzzing.series import ball, evaluate


def system(**sides):
    """Of texts: name = (right-hand side, start)."""
    return System(list(sides), [parse(side) for side, _ in sides.values()], [Fraction(x) for _, x in sides.values()])


class IntegratorTests(unittest.TestCase):
    def setUp(self):
        ctx.prec = 400

    def cases(self):
        """Systems, a time, and the first entry there."""
        yield system(x=("-x", 1)), 3, arb(-3).exp()
        yield system(x=("y", 0), y=("-x", 1)), 10, arb(10).sin()
        yield system(x=("x^2", 1)), Fraction(9, 10), arb(10)
        yield system(x=("-2*t*x", 3)), 2, 3 * arb(-4).exp()
        yield system(x=("-x + 5*exp(-400*(t - 1)^2)", 1)), 2, self.bump()
        yield system(x=("x*(1 - x)", "1e-30")), 70, 1 / (1 + (arb("1e30") - 1) * arb(-70).exp())

    @staticmethod
    def bump():
        shift = arb(1) / 40
        mass = arb.pi().sqrt() / 40 * ((20 - shift).erf() - (-20 - shift).erf())
        return arb(-2).exp() * (1 + 5 * (1 + shift**2).exp() * mass)

    def test_enclosures_hold_closed_forms(self):
        for given, time, true in self.cases():
            (state,) = enclose(given, [Fraction(time)], 20, 60)
            self.assertTrue(state[0].overlaps(true), f"{state[0]} {true}")
            self.assertLess(state[0].rad(), arb(10) ** -18 * (1 + abs(true)))

    def test_approximations_hold_closed_forms(self):
        for given, time, true in self.cases():
            (state,) = approximate(given, [Fraction(time)], 20, 60)
            self.assertLess(abs(state[0] - true), arb(10) ** -18 * (1 + abs(true)))

    def test_radau_agrees_with_closed_forms_and_takes_long_steps_where_it_is_stiff(self):
        given = system(x=("-1e6*(x - t) + 1", 1))
        (state,) = integrate(given, [Fraction(3)], 30, 12, 60)
        self.assertLess(abs(state[0] - 3), arb(10) ** -28)
        (state,) = integrate(system(x=("y", 0), y=("-x", 1)), [Fraction(2)], 30, 12, 60)
        self.assertLess(abs(state[0] - arb(2).sin()), arb(10) ** -28)

    def test_radau_goes_on_where_slopes_cancel(self):
        (state,) = integrate(system(x=("y", 0), y=("1 - 1e4*x - 200*y", 0)), [Fraction(1)], 30, 12, 60)
        self.assertLess(abs(state[0] - (1 - 101 * arb(-100).exp()) / 10**4), arb(10) ** -32)
        self.assertLess(abs(state[1] - arb(-100).exp()), arb(10) ** -50)

    def test_exponentials_of_matrices_agree_with_closed_forms_of_linear_systems_alone(self):
        (state,) = solve_linear(system(x=("y", 0), y=("-x", 1)), [Fraction(10)], 30)
        self.assertTrue(state[0].overlaps(arb(10).sin()))
        self.assertLess(state[0].rad(), arb(10) ** -30)
        (state,) = solve_linear(system(x=("-1e5*(x - 3)/2", 1), y=("1 - y", 0)), [Fraction(1)], 30)
        self.assertTrue(state[0].overlaps(3 - 2 * arb(-50000).exp()) and state[1].overlaps(-arb(-1).expm1()))
        for side in "x^2", "t*x", "x + t", "exp(x)":
            self.assertIsNone(solve_linear(system(x=(side, 1)), [Fraction(1)], 30))

    def test_nothing_is_said_beyond_a_pole(self):
        for method in (enclose, approximate):
            with self.assertRaises(Unknown):
                method(system(x=("x^2", 1)), [Fraction(2)], 15, 3)


class FamilyTests(unittest.TestCase):
    def test_closed_forms_solve_their_equations(self):
        """By differences, at a middle time, and at the start."""
        ctx.prec = 8000
        for make in FAMILIES:
            for seed in range(12):
                known = make(Random(f"{make.__name__}/{seed}"))
                t = ball(known.times[0]) / 2
                h = (t + arb(10) ** -200) * arb(10) ** -500
                at = {key: solve(t) for key, solve in known.solution.items()}
                for key, (side, start) in known.variables.items():
                    solve = known.solution[key]
                    begin = abs(solve(arb(0)) - ball(start))
                    self.assertTrue(begin <= abs(ball(start)) * arb(10) ** -100 + arb(10) ** -600, (make, seed, key))
                    slope = (solve(t + h) - solve(t - h)) / (2 * h)
                    expected = evaluate(parse(side), {**at, "t": t})
                    size = abs(slope) + abs(expected) + arb(10) ** -400
                    self.assertTrue(abs(slope - expected) < size * arb(10) ** -60, (make.__name__, seed, key, slope, expected))

    def test_formulas_of_right_predictions_are_the_solution(self):
        ctx.prec = 3000
        for make in FAMILIES:
            for seed in range(6):
                known = make(Random(f"{make.__name__}/{seed}"))
                t = ball(known.times[0])
                for key, text in known.right.items():
                    gap = abs(evaluate(parse(text), {"t": t}) - known.solution[key](t))
                    self.assertTrue(gap.contains(0), (make.__name__, seed, key))


if __name__ == "__main__":
    unittest.main()
