import json
import unittest
from decimal import Decimal, localcontext
from fractions import Fraction

from harness.problems import Case, Exponential, Factorization, UnknownProblem, parse_problem
from harness.references import read


class ProblemTests(unittest.TestCase):
    def test_the_standard_problems_have_their_published_starts(self):
        self.assertEqual(parse_problem("p1").initial, [Fraction(i, 10) - Fraction(2, 5) for i in range(1, 9)])
        p3 = parse_problem("p3-3")
        self.assertEqual(p3.layers[1][2], [Fraction(-3, 100), Fraction(2, 100), Fraction(3, 10) - Fraction(4, 100)])
        self.assertEqual(p3.target[2], [Fraction(4, 10), Fraction(2, 10), Fraction(3)])

    def test_names_are_read_back(self):
        for problem in [Exponential(8), Exponential(128), Factorization(5), Factorization(3, 6)]:
            self.assertEqual(parse_problem(problem.name), problem)

    def test_other_names_are_refused(self):
        for name in ["", "p2", "p1-0", "p1-x", "p3", "p3-3-1", "p3-3-2-1", "p1-8-2"]:
            with self.assertRaises(UnknownProblem, msg=name):
                parse_problem(name)

    def test_closed_form_starts_right_and_grows_as_the_equation_says(self):
        """m' = 1 + e^-m, by differences of the closed form; nearly linear at the end, hence at a small time."""

        class Start(Exponential):
            end = Fraction(0)

        class Soon(Exponential):
            end = Fraction(1, 10**20)

        starts = Start(8).closed_form(60)
        self.assertLess(max(abs(m - Decimal(i - 4) / 10) for i, m in enumerate(starts, 1)), Decimal("1e-60"))
        with localcontext() as context:
            context.prec = 60
            for start, moved in zip(starts, Soon(8).closed_form(60)):
                slope = (moved - start) * 10**20
                self.assertLess(abs(slope - (1 + (-start).exp())), Decimal("1e-19"))

    def test_problem_files_state_the_numbers_exactly(self):
        self.assertIn("1/80*i - 2/5", Exponential(64).problem_file())
        text = Factorization(2, 2).problem_file()
        self.assertIn("widths: [2, 2, 2]", text)
        self.assertIn("{matrix: [[1, 3/10], [1/5, 2]]}", text)

    def test_programs_get_every_number(self):
        given = json.loads(Case(Factorization(3, 4), 50).json())
        self.assertEqual((len(given["initial"]), len(given["target"]), given["digits"]), (36, 3, 50))

    def test_stored_references_are_read(self):
        self.assertEqual(read("# why\n# and how\n12\n0.25\n-1E-3\n"), (12, [Decimal("0.25"), Decimal("-0.001")]))


if __name__ == "__main__":
    unittest.main()
