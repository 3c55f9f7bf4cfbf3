import math
import sys
import unittest
from decimal import Decimal

from harness.contender import Contender, Failure, Run, Session, Worker
from harness.limits import OverLimit
from harness.measurement import Measurer, Reference, log10_error
from harness.problems import Case, Exponential


class Scripted(Contender, Session):
    """Runs as its script says: seconds, or an error."""

    version, setup_seconds = "1", 0.5

    def __init__(self, name, script, log):
        self.name, self.script, self.log = name, list(script), log

    def prepare(self, case, limit):
        self.log.append(f"{self.name} ready")
        return self

    def run(self, limit):
        self.log.append(self.name)
        step = self.script.pop(0)
        if isinstance(step, Exception):
            raise step
        return Run(step, ["1.001"], 3, 20)


class MeasurementTests(unittest.TestCase):
    case = Case(Exponential(1), 50)
    reference = Reference([Decimal(1)], "known")

    def measure(self, *scripts, repetitions=3, limit=10.0):
        log = []
        contenders = [Scripted(name, script, log) for name, script in zip("AB", scripts)]
        measurer = Measurer(contenders, repetitions, limit)
        return measurer, measurer.measure(self.case, self.reference), log

    def test_contenders_run_in_turns_and_the_best_counts(self):
        _, row, log = self.measure([3, 1, 2], [5, 4, 6])
        self.assertEqual(log, ["A ready", "B ready", *"ABABAB"])
        self.assertEqual([outcome.seconds for outcome in row.outcomes], [1, 4])
        self.assertAlmostEqual(row.outcomes[0].log10_error, -3)

    def test_who_has_run_for_the_limit_stops(self):
        _, row, log = self.measure([6, 6, 6], [1, 1, 1])
        self.assertEqual((log.count("A"), log.count("B")), (2, 3))
        self.assertFalse(row.outcomes[0].over_limit)

    def test_who_exceeds_the_limit_is_not_asked_for_more_digits(self):
        measurer, row, _ = self.measure([OverLimit()], [1, 1, 1])
        self.assertTrue(row.outcomes[0].over_limit)
        measurer.contenders[1].script = [1, 1, 1]
        row = measurer.measure(Case(self.case.problem, 100), self.reference)
        self.assertTrue(row.outcomes[0].over_limit)
        self.assertEqual(row.outcomes[1].seconds, 1)

    def test_a_late_run_leaves_the_earlier_ones(self):
        _, row, _ = self.measure([2, OverLimit()], [1, 1, 1])
        self.assertEqual((row.outcomes[0].seconds, row.outcomes[0].over_limit), (2, False))

    def test_failures_are_kept(self):
        _, row, log = self.measure([Failure("broken")], [1, 1, 1])
        self.assertEqual((row.outcomes[0].failure, log.count("A")), ("broken", 1))

    def test_error_is_relative_to_large_numbers_only(self):
        self.assertAlmostEqual(log10_error(["100.1", "0.5"], [Decimal(100), Decimal("0.5")], 30), -3)
        self.assertAlmostEqual(log10_error(["0.01"], [Decimal("0.02")], 30), -2)
        self.assertEqual(log10_error(["2"], [Decimal(2)], 30), -math.inf)
        with self.assertRaises(Failure):
            log10_error(["1"], [], 30)


class WorkerTests(unittest.TestCase):
    ready = 'print(\'{"version": "1", "seconds": 0.25}\', flush=True); input();'

    def worker(self, program, limit=20.0):
        return Worker([sys.executable, "-c", f"input(); {self.ready} {program}"], "problem\n", limit)

    def test_answers_are_read(self):
        worker = self.worker('print(\'{"seconds": 1, "state": ["2"], "steps": 3, "order": 4}\')')
        self.assertEqual((worker.version, worker.setup_seconds), ("1", 0.25))
        self.assertEqual(worker.run(20), Run(1, ["2"], 3, 4))
        worker.close()

    def test_busy_programs_are_over_the_limit(self):
        worker = self.worker("[0 for _ in iter(int, 1)]")
        with self.assertRaises(OverLimit):
            worker.run(0.1)
        worker.close()

    def test_a_program_that_ends_says_why(self):
        worker = self.worker("raise ValueError('no such thing')")
        with self.assertRaisesRegex(Failure, "ValueError: no such thing"):
            worker.run(20)
        worker.close()


if __name__ == "__main__":
    unittest.main()
