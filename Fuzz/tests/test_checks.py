import json
import tempfile
import unittest
from pathlib import Path

from flint import arb

from fuzzing.cases import Case, load
from fuzzing.checks import examine
from fuzzing.command import Command, Outcome


class Fake(Command):
    """A command that is never run."""

    def __init__(self, options=""):
        super().__init__(Path("/nowhere"))
        self.__dict__["options"] = {"solve": options, "verify": options}


def outcome(status=0, document=None, errors="", **more):
    text = json.dumps(document) if document is not None else ""
    return Outcome(status, text, errors, more.get("seconds", 1.0), more.get("peak", 0), more.get("over_time", False))


def solved(value, radius, certified=False, **more):
    return {"certified": certified, "samples": [{"t": "1", "variables": {"x": value}, "radius": radius, **more}]}


def verified(verdict):
    return {"claims": [{"verdict": verdict, "detail": ""}]}


class CheckTests(unittest.TestCase):
    def kinds(self, case, done, options=""):
        return [finding.kind for finding in examine(case, done, Fake(options), 1) if finding.is_fault]

    def case(self, *arguments, true="0.5", **more):
        return Case("x", b"", list(arguments) or ["solve"], 10, kept=[{"variables.x": [arb(true)]}], **more)

    def test_values_are_held_against_their_radius(self):
        self.assertEqual(self.kinds(self.case(), outcome(document=solved("0.5000000000001", "1e-12"))), [])
        wrong = outcome(document=solved("0.50000000001", "1e-12"))
        self.assertEqual(self.kinds(self.case(), wrong), ["estimated value outside its radius"])
        wrong = outcome(document=solved("0.5", "1e-12", True, radii={"variables": {"x": "1e-30"}}))
        self.assertEqual(self.kinds(self.case(true="0.5000000001"), wrong), ["certified value outside its radius"])

    def test_a_radius_is_as_small_as_promised(self):
        wide = outcome(document=solved("0.5", "1e-2", radii={"variables": {"x": "1e-2"}}))
        self.assertEqual(self.kinds(self.case(), wide), ["promise"])

    def test_verdicts(self):
        wrong, right = self.case("verify", expected="wrong"), self.case("verify", expected="right")
        self.assertEqual(self.kinds(wrong, outcome(0, verified("confirmed"))), ["wrong prediction confirmed"])
        self.assertEqual(self.kinds(right, outcome(1, verified("refuted"))), ["right prediction refuted"])
        self.assertEqual(self.kinds(right, outcome(0, verified("certified"))), [])
        self.assertEqual(self.kinds(wrong, outcome(2, verified("inconclusive"))), [])
        self.assertEqual(self.kinds(right, outcome(0, verified("inconclusive"))), ["status"])

    def test_signals_time_and_memory(self):
        self.assertEqual(self.kinds(self.case(), outcome(-4)), ["signal"])
        self.assertEqual(self.kinds(self.case(), outcome(over_time=True), "[--max-seconds"), ["time"])
        self.assertEqual(self.kinds(self.case(), outcome(document=solved("0.5", "1e-20"), peak=2**40)), ["memory"])
        self.assertEqual(self.kinds(self.case(), outcome(70)), ["status"])

    def test_a_stop_is_false_where_the_solution_goes_on(self):
        stopped = outcome(2, errors="the flow stops at t = 1: ... which indicates a singularity there")
        self.assertEqual(self.kinds(self.case(), stopped), ["false stop"])
        self.assertEqual(self.kinds(self.case(goes_on=False), stopped), [])

    def test_bad_input_has_a_located_message(self):
        bad = self.case(expected="malformed")
        self.assertEqual(self.kinds(bad, outcome(65, errors="a.yaml:3: times: found nothing\n")), [])
        self.assertEqual(self.kinds(bad, outcome(65, errors="something is wrong\n")), ["not located"])
        self.assertEqual(self.kinds(bad, outcome(65, errors="a.yaml:3: \x1b: unknown key\n")), ["control characters"])
        self.assertEqual(self.kinds(bad, outcome(0)), ["accepted"])

    def test_kept_cases_are_read_back(self):
        with tempfile.TemporaryDirectory() as folder:
            case = self.case("solve", "--digits", "10", about="why")
            again = load(case.save(Path(folder), "name"))
            self.assertEqual((again.arguments, again.about, again.digits), (case.arguments, "why", 10))
            self.assertTrue(again.kept[0]["variables.x"][0].overlaps(arb("0.5")))


if __name__ == "__main__":
    unittest.main()
