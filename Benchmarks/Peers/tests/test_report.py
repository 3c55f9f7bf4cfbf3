import contextlib
import io
import unittest

from harness import tables
from harness.arguments import parse, plan
from harness.contender import Run
from harness.fit import fit
from harness.measurement import Outcome, Row
from harness.plans import growth
from harness.problems import Case, Exponential


class FitTests(unittest.TestCase):
    def test_a_power_is_found(self):
        power = fit([(x, 3 * x**2.5) for x in (10, 20, 50, 100)])
        self.assertAlmostEqual(power.exponent, 2.5)
        self.assertAlmostEqual(power.factor, 3)
        self.assertAlmostEqual(power.deviation, 1)

    def test_deviation_is_that_of_the_worst_point(self):
        self.assertAlmostEqual(fit([(1, 1), (2, 8), (4, 1)]).deviation, 4)

    def test_two_sizes_are_too_few(self):
        self.assertIsNone(fit([(1, 1), (2, 2), (2, 3)]))


class TableTests(unittest.TestCase):
    def row(self, *outcomes):
        return Row(Case(Exponential(8), 100), list(outcomes), None)

    def test_columns_are_lined_up(self):
        lines = tables.table(["a", "b"], [["long name", "1"], ["x", "1000"]]).splitlines()
        self.assertEqual(lines, [
            "| a         |    b |", "| --------- | ---: |", "| long name |    1 |", "| x         | 1000 |",
        ])

    def test_numbers_have_three_digits(self):
        values = [0.00892, 0.5, 1, 12.345, 386.4, 0.0000049, None]
        found = [tables.rounded(value) for value in values]
        self.assertEqual(found, ["0.00892", "0.500", "1.00", "12.3", "386", "0.000005", "–"])

    def test_the_best_peer_is_compared_and_none_is_dropped(self):
        row = self.row(
            Outcome("FisherFlow", [Run(0.5, [], 1, 1), Run(0.25, [], 1, 1)]), Outcome("fast", [Run(2, [], 1, 1)]),
            Outcome("slow", over_limit=True), Outcome("broken", [Run(0.1, [], 1, 1)], failure="why"),
        )
        self.assertEqual(tables.advantage(row), 8)
        cells = tables.times([row], 30).splitlines()[2].split("|")
        self.assertEqual([cell.strip() for cell in cells[3:-1]], ["0.250", "2.00", "> 30", "failed", "8.00", "8"])
        self.assertEqual(
            tables.notes([row], {"other": "not found"}),
            ["broken failed on P1 at 100 digits: why", "other is left out: not found"],
        )


class ArgumentTests(unittest.TestCase):
    def test_wrong_usage_ends_with_64_and_says_what_was_expected(self):
        for arguments, message in [
            (["peers", "p7"], "found problem 'p7'"), (["peers", "--digits", "5"], "expected digits from 10"),
            (["peers", "--peers", "maple"], "expected some of heyoka"), (["peers", "--limit", "-1"], "positive"),
            (["peers", "--repetitions", "0"], "from 1 on"), (["growth", "--by", "age"], "digits,variables,depth"),
            (["nothing"], "invalid choice"), ([], "COMMAND"),
        ]:
            errors = io.StringIO()
            with contextlib.redirect_stderr(errors), self.assertRaises(SystemExit) as end:
                parse(arguments)
            self.assertEqual(end.exception.code, 64, arguments)
            self.assertIn(message, errors.getvalue())

    def test_problems_and_digits_make_cases(self):
        cases = plan(parse(["peers", "p1", "p3-5", "--digits", "100,50"])).cases
        self.assertEqual([(c.problem.name, c.digits) for c in cases], [
            ("p1", 50), ("p1", 100), ("p3-5", 50), ("p3-5", 100),
        ])
        self.assertEqual({case.digits for case in plan(parse(["peers", "p3-3"])).cases}, {50, 100})

    def test_growth_measures_each_case_once(self):
        cases = growth(["digits", "variables", "depth"], None, quick=False).cases
        self.assertEqual(len(cases), len(set(cases)))
        self.assertIn(("p3-3-6", 50), [(case.problem.name, case.digits) for case in cases])


if __name__ == "__main__":
    unittest.main()
