import unittest
from fractions import Fraction

from flint import arb, arb_series, ctx

from fuzzing.expressions import FUNCTIONS, apply, derivative, name, number, parse
from fuzzing.series import Programme, evaluate, function_value


class FormulaTests(unittest.TestCase):
    def setUp(self):
        ctx.prec = 200

    def value(self, text, **values):
        return evaluate(parse(text), {key: arb(value) for key, value in values.items()})

    def test_precedence_is_that_of_problem_files(self):
        self.assertTrue(self.value("-x^2", x=3).contains(-9))
        self.assertTrue(self.value("2^3^2").contains(512))
        self.assertTrue(self.value("1 - 2/4*3").contains(arb("-0.5")))
        self.assertTrue((self.value("0.1*10 - 1e-1*10 + .5 + 5.") - arb("5.5")).contains(0))

    def test_members_of_families_are_names(self):
        side = parse("-i*m[i] + m[i+1] + h[2,i]", {"i": 3})
        self.assertTrue(evaluate(side, {"m[3]": arb(2), "m[4]": arb(5), "h[2,3]": arb(7)}).contains(6))

    def test_what_is_written_is_read_back(self):
        x = name("x")
        whole = (apply("tanh", x) - Fraction(-1, 3)) * x ** Fraction(-3, 2) / (1 + x) - x**2
        for e in [whole, x ** (x + 1), *(apply(f, x) for f in FUNCTIONS)]:
            self.assertTrue((evaluate(parse(e.text()), {"x": arb(2)}) - evaluate(e, {"x": arb(2)})).contains(0))

    def test_a_fraction_divides_as_a_whole(self):
        e = number(1) / number(Fraction(26, 25))
        self.assertTrue((evaluate(parse(e.text()), {}) - arb(25) / 26).contains(0), e.text())

    def test_derivatives_agree_with_differences(self):
        h = arb(10) ** -30
        for f in (*FUNCTIONS, "power", "divide", "raise"):
            x = name("x")
            e = x ** Fraction(2, 3) if f == "power" else x / (1 + x * x) if f == "divide" else apply(f, x * x)
            e = x**x if f == "raise" else e
            slope = evaluate(derivative(e, "x", {}), {"x": arb(2)})
            difference = (evaluate(e, {"x": 2 + h}) - evaluate(e, {"x": 2 - h})) / (2 * h)
            self.assertLess(abs(slope - difference), arb(10) ** -20, f)


class SeriesTests(unittest.TestCase):
    """Recurrences against FLINT's own power series: f(x) along x = 1/3 + t/2 - t²."""

    def coefficients(self, side):
        """Of the side along that curve, as a variable's slope."""
        curve = [number(Fraction(1, 2)) - 2 * name("t"), side]
        series = Programme(["x", "y"], curve).run([arb(1) / 3, arb(0)], arb(0), 9)
        return [(k + 1) * series[1][k + 1] for k in range(9)]

    def test_every_function(self):
        ctx.prec = 200
        ctx.cap = 9
        x = arb_series([arb(1) / 3, arb(1) / 2, -1])
        one = arb_series([1])
        expected = {
            "exp": x.exp(), "log": x.log(), "log1p": (one + x).log(), "expm1": x.exp() - one, "sqrt": x.sqrt(),
            "logistic": one / (one + (-x).exp()), "softplus": (one + x.exp()).log(),
            "sinh": (x.exp() - (-x).exp()) / 2, "cosh": (x.exp() + (-x).exp()) / 2,
            "tanh": (x.exp() - (-x).exp()) / (x.exp() + (-x).exp()),
        }
        self.assertEqual(set(expected), set(FUNCTIONS))
        v = name("x")
        cases = [(apply(f, v), series) for f, series in expected.items()]
        cases += [(v ** Fraction(-2, 3), (x.log() * (-arb(2) / 3)).exp()), (1 / (v * v + v), one / (x * x + x)), (v**5, x**5)]
        for e, series in cases:
            for k, coefficient in enumerate(self.coefficients(e)):
                gap = abs(coefficient - series[k])
                self.assertTrue(gap.contains(0) and gap < arb(10) ** -40, f"{e.text()}, order {k}: {gap}")

    def test_nothing_cancels_far_out(self):
        ctx.prec = 100
        self.assertTrue(function_value("softplus", arb(-1000)).rel_accuracy_bits() > 80)
        self.assertTrue(function_value("logistic", arb(-1000)).rel_accuracy_bits() > 80)


if __name__ == "__main__":
    unittest.main()
