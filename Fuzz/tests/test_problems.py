import json
import unittest
from fractions import Fraction

from flint import arb, ctx

from fuzzing.problems import read, read_file
from fuzzing.references import SETS, agreement
from fuzzing.testsets import QUICK


class ProblemTests(unittest.TestCase):
    def test_families_are_spread(self):
        system, times = read(
            'system:\n  "m[i,j]": {derivative: "i*m[i,j] - x", initial: "i/2 + j", for: {i: [1, 2], j: [0, 1]}}\n'
            '  x: {derivative: "-m[2,1]", initial: 1e-3}\ntimes: [0, 1/3, 2.5e1]\n'
        )
        self.assertEqual(system.names, ["m[1,0]", "m[1,1]", "m[2,0]", "m[2,1]", "x"])
        self.assertEqual(system.starts[1], Fraction(3, 2))
        self.assertEqual(system.starts[4], Fraction(1, 1000))
        self.assertEqual(times, [0, Fraction(1, 3), 25])

    def test_every_reference_fits_its_problem(self):
        for path in SETS.glob("*.json"):
            document = json.loads(path.read_text("ascii"))
            system, times = read_file(path.with_suffix(".yaml"))
            self.assertEqual(document["names"], system.names, path)
            self.assertEqual([len(state) for state in document["values"]], [len(system.names)] * len(times), path)
            self.assertGreaterEqual(document["digits"], 40, path)

    def test_quick_problems_have_references(self):
        self.assertEqual([name for name in QUICK if not (SETS / f"{name}.json").exists()], [])

    def test_agreement_counts_digits_of_each_entry(self):
        ctx.prec = 300
        self.assertEqual(agreement([[arb(1), arb("1e-10")]], [[arb(1), arb("1.0000000001e-10")]]), 10)


if __name__ == "__main__":
    unittest.main()
